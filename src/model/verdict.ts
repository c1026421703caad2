/** Something that is not as it should be, and what the operator types or does about it. */
export interface Trouble {
  readonly because: string;
  readonly fix: string;
}

/** A step's answer to "is there anything to do?", as a pure function of what was seen. */
export type Verdict =
  | {
      readonly kind: 'satisfied';
      /** Why there is nothing to do, where that is not what the step is for. */
      readonly because?: string;
      /** What an operator should know although it stops nothing. */
      readonly warnings?: readonly Trouble[];
    }
  | { readonly kind: 'needed'; readonly changes: readonly string[] }
  | { readonly kind: 'pending'; readonly waitingFor: string; readonly fix?: string }
  | {
      readonly kind: 'blocked';
      readonly because: string;
      readonly fix: string;
      /** What stands in the way beside that. */
      readonly also?: readonly Trouble[];
      readonly warnings?: readonly Trouble[];
    };

export const satisfied: Verdict = { kind: 'satisfied' };
export const needed = (...changes: string[]): Verdict => ({ kind: 'needed', changes });
/** With a `fix` it is a person who must act once the waiting took too long; without one it has failed by then. */
export const pending = (waitingFor: string, fix?: string): Verdict => ({
  kind: 'pending',
  waitingFor,
  ...(fix === undefined ? {} : { fix }),
});
/** `fix` is what the operator types or does next. */
export const blocked = (because: string, fix: string): Verdict => ({ kind: 'blocked', because, fix });

/** Blocked by the first of what stands in the way, the others told with it; satisfied where nothing does. */
export const judged = (blocks: readonly Trouble[], warnings: readonly Trouble[]): Verdict => {
  const [first, ...also] = blocks;
  const warned = warnings.length === 0 ? {} : { warnings };
  return first === undefined
    ? { kind: 'satisfied', ...warned }
    : { kind: 'blocked', ...first, ...(also.length === 0 ? {} : { also }), ...warned };
};

/** Everything that stands in the way. */
export const blocksOf = (
  verdict: Pick<Extract<Verdict, { kind: 'blocked' }>, 'because' | 'fix' | 'also'>,
): readonly Trouble[] => [{ because: verdict.because, fix: verdict.fix }, ...(verdict.also ?? [])];

export const warningsOf = (verdict: { readonly warnings?: readonly Trouble[] }): readonly Trouble[] =>
  verdict.warnings ?? [];
