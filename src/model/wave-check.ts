/** A header's value, or where it is a secret the environment variable that holds it. */
export type HeaderValue = string | { readonly env: string };

/** `< 0.01`: what each sample has to be. */
export interface SampleCondition {
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly value: number;
}

/** What is asked on the operator's machine, or from it. */
export type CheckQuestion =
  /** A command that says by its exit code whether it is so. `directory`: where it runs, that of the inventory. */
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly directory: string }
  /** `text`: what the answer has to hold as well. */
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly status: number;
      readonly text?: string;
      readonly headers: Readonly<Record<string, HeaderValue>>;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** An instant query of PromQL. `noData`: what it means that it finds nothing. */
  | {
      readonly kind: 'prometheus';
      readonly url: string;
      readonly query: string;
      readonly condition: SampleCondition;
      readonly noData: 'fail' | 'pass';
      readonly headers: Readonly<Record<string, HeaderValue>>;
    };

/** What a wave has to prove beside what `nodeops verify` finds. */
export interface WaveCheck {
  readonly name: string;
  readonly question: CheckQuestion;
  /** How long one answer may take. */
  readonly timeoutMs: number;
  /** How often it is asked again before a no is believed. */
  readonly retries: number;
  /** How long it has to be so, asked again and again; 0: once is enough. */
  readonly forMs: number;
}

const conditionForm = /^\s*(<=|>=|==|!=|<|>)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;
const operators: readonly SampleCondition['operator'][] = ['<', '<=', '>', '>=', '==', '!='];

/** `< 0.01`; undefined for anything else. */
export const parseCondition = (written: string): SampleCondition | undefined => {
  const [, sign, value] = conditionForm.exec(written) ?? [];
  const operator = operators.find((each) => each === sign);
  return operator === undefined || value === undefined ? undefined : { operator, value: Number(value) };
};

/** Headers of a question, none where it has none. */
export const headersOf = (question: CheckQuestion): Readonly<Record<string, HeaderValue>> =>
  'headers' in question ? question.headers : {};
