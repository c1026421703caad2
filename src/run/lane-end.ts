import type { Failure } from '../model/event.ts';

/** How all that was to be done to a node, or in a phase, ended. */
export type LaneEnd =
  { readonly kind: 'through' } | { readonly kind: 'stopped' } | { readonly kind: 'failed'; readonly failure: Failure };

export const through: LaneEnd = { kind: 'through' };

/** What stopped the run is what is told; `what` could not be done after it either stands beside it. */
export const withAfterwards = (end: LaneEnd, after: LaneEnd, what: string): LaneEnd => {
  if (after.kind !== 'failed') return end;
  if (end.kind !== 'failed') return after;
  const { node, message } = after.failure;
  const undone = `not done either: ${what}${node === undefined ? '' : ` (${node})`}: ${message}`;
  return { kind: 'failed', failure: { ...end.failure, state: [...end.failure.state, undone] } };
};

/** Where nodes are worked on side by side, more than one may have failed. */
export const withBeside = (gravest: Failure, failed: readonly { readonly failure: Failure }[]): LaneEnd => {
  const others = failed.flatMap(({ failure: { node, message, kind } }) =>
    node === undefined || node === gravest.node || kind === 'outside-window'
      ? []
      : message.split('\n').map((line) => `${node} ${kind} too: ${line}`),
  );
  return { kind: 'failed', failure: { ...gravest, state: [...gravest.state, ...others] } };
};
