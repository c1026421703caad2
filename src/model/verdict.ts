/** A step's answer to "is there anything to do?", as a pure function of what was seen. */
export type Verdict =
  | { readonly kind: 'satisfied' }
  | { readonly kind: 'needed'; readonly changes: readonly string[] }
  | { readonly kind: 'pending'; readonly waitingFor: string; readonly fix?: string }
  | { readonly kind: 'blocked'; readonly because: string; readonly fix: string };

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
