import { SimulatorGap } from '../../gap.ts';
import { AwkParser, type AwkRule, type Expression, type Statement } from './awk-parse.ts';
import { regularExpression } from './regular-expression.ts';

/** What awk calls a strnum: a field, or a value of -v, that looks like a number is one. Source: POSIX, awk, "Expressions". */
type Value = { readonly text: string; readonly number: number | undefined };

const looksNumeric = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

const ofText = (text: string): Value => ({ text, number: undefined });
const ofNumber = (number: number): Value => ({ text: String(number), number });
const ofInput = (text: string): Value => ({ text, number: looksNumeric.test(text) ? Number(text) : undefined });
const unset: Value = { text: '', number: 0 };

const numberOf = ({ text, number }: Value): number => number ?? (Number.parseFloat(text) || 0);
const isTrue = ({ text, number }: Value): boolean => (number === undefined ? text !== '' : number !== 0);

const escapes = (text: string): string =>
  text.replace(/\\([nt\\"])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));

const compare = (operator: string, left: Value, right: Value): boolean => {
  const [a, b] =
    left.number === undefined || right.number === undefined ? [left.text, right.text] : [left.number, right.number];
  const answers: Readonly<Record<string, boolean>> = {
    '==': a === b,
    '!=': a !== b,
    '<': a < b,
    '>': a > b,
    '<=': a <= b,
    '>=': a >= b,
  };
  return answers[operator] ?? false;
};

/** From a place counted from 1, as much as is asked for; what lies before the beginning is counted, too. */
const substring = (text: string, from: number, length = Infinity): string =>
  text.slice(Math.max(0, from - 1), Math.max(0, Math.min(text.length, from - 1 + length)));

/** A program of several rules, as it goes through its records. */
export class AwkProgram {
  readonly #rules: readonly AwkRule[];
  readonly #variables: Map<string, Value>;
  readonly #between: string;
  readonly #out: (text: string) => void;
  #record = '';
  #fields: readonly string[] = [];
  #number = 0;
  #code: number | undefined;

  constructor(
    source: string,
    about: {
      readonly variables: ReadonlyMap<string, string>;
      readonly between: string;
      readonly out: (text: string) => void;
    },
  ) {
    this.#rules = new AwkParser(source).rules();
    this.#variables = new Map([...about.variables].map(([name, text]) => [name, ofInput(text)]));
    this.#between = about.between;
    this.#out = about.out;
  }

  /** Its exit code. */
  run(records: readonly string[]): number {
    for (const record of records) {
      if (this.#code !== undefined) break;
      this.#number += 1;
      this.#take(record);
      this.#apply(this.#rules.filter(({ pattern }) => pattern !== 'END'));
    }
    const ended = this.#code;
    this.#code = undefined;
    this.#apply(this.#rules.filter(({ pattern }) => pattern === 'END'));
    return this.#code ?? ended ?? 0;
  }

  #take(record: string): void {
    this.#record = record;
    this.#fields =
      this.#between === ' ' ? record.split(/[ \t\n]+/).filter((field) => field !== '') : record.split(this.#between);
  }

  #apply(rules: readonly AwkRule[]): void {
    for (const { pattern, body } of rules) {
      if (this.#code !== undefined) return;
      if (pattern !== undefined && pattern !== 'END' && !isTrue(this.#value(pattern))) continue;
      if (body === undefined) this.#print([]);
      else for (const statement of body) if (this.#code === undefined) this.#do(statement);
    }
  }

  #do(statement: Statement): void {
    if (statement.kind === 'print') this.#print(statement.items);
    else if (statement.kind === 'do') this.#value(statement.what);
    else this.#code = statement.code === undefined ? 0 : numberOf(this.#value(statement.code));
  }

  #print(items: readonly Expression[]): void {
    const text =
      items.length === 0 ? this.#record : items.map((item) => this.#value(item).text).join(this.#named('OFS', ' '));
    this.#out(text + this.#named('ORS', '\n'));
  }

  #named(name: string, otherwise: string): string {
    return this.#variables.get(name)?.text ?? otherwise;
  }

  #value(of: Expression): Value {
    switch (of.kind) {
      case 'number':
        return ofNumber(of.value);
      case 'text':
        return ofText(escapes(of.value));
      case 'match':
        return ofNumber(regularExpression(of.source, true).test(this.#record) ? 1 : 0);
      case 'not':
        return ofNumber(isTrue(this.#value(of.value)) ? 0 : 1);
      case 'variable':
        return this.#variable(of.name);
      case 'field': {
        const at = numberOf(this.#value(of.at));
        return ofInput(at === 0 ? this.#record : (this.#fields[at - 1] ?? ''));
      }
      case 'assign':
        return this.#assign(of);
      case 'binary':
        return this.#binary(of);
      case 'call':
        return this.#call(of);
    }
  }

  #variable(name: string): Value {
    if (name === 'NR') return ofNumber(this.#number);
    if (name === 'NF') return ofNumber(this.#fields.length);
    return this.#variables.get(name) ?? unset;
  }

  #assign({ to, operator, value }: Extract<Expression, { readonly kind: 'assign' }>): Value {
    const given = this.#value(value);
    const sum = operator === '+=' ? 1 : -1;
    const next = operator === '=' ? given : ofNumber(numberOf(this.#value(to)) + sum * numberOf(given));
    if (to.kind === 'variable') this.#variables.set(to.name, next);
    else if (to.kind === 'field' && numberOf(this.#value(to.at)) === 0) this.#take(next.text);
    else throw new SimulatorGap('awk: a field that is written');
    return next;
  }

  #binary({ operator, left, right }: Extract<Expression, { readonly kind: 'binary' }>): Value {
    const first = this.#value(left);
    if (operator === '&&') return ofNumber(isTrue(first) && isTrue(this.#value(right)) ? 1 : 0);
    if (operator === '||') return ofNumber(isTrue(first) || isTrue(this.#value(right)) ? 1 : 0);
    const second = this.#value(right);
    const [a, b] = [numberOf(first), numberOf(second)];
    if (operator === ' ') return ofText(first.text + second.text);
    if (operator === '+') return ofNumber(a + b);
    if (operator === '-') return ofNumber(a - b);
    if (operator === '*') return ofNumber(a * b);
    if (operator === '%') return ofNumber(a % b);
    return ofNumber(compare(operator, first, second) ? 1 : 0);
  }

  #call({ name, given }: Extract<Expression, { readonly kind: 'call' }>): Value {
    const [first = ofText(this.#record), second = unset, third] = given.map((each) => this.#value(each));
    if (name === 'length') return ofNumber(first.text.length);
    if (name === 'index') return ofNumber(first.text.indexOf(second.text) + 1);
    return ofText(substring(first.text, numberOf(second), third === undefined ? Infinity : numberOf(third)));
  }
}
