import type { Event } from '../model/event.ts';

/** How long a node took no new pods because of a run. */
export interface OutOfService {
  readonly node: string;
  readonly ms: number;
  /** It still was when the journal ends. */
  readonly open: boolean;
  /** It was drained to leave the cluster, and left. */
  readonly left: boolean;
  /** It was cordoned by an earlier run: the time before this one is not in its journal. */
  readonly before: boolean;
}

interface Turn {
  /** When it was cordoned; undefined where an earlier run did that. */
  readonly from?: number;
  readonly to?: number;
  readonly left?: true;
}

/** What ends it: the node takes pods again, or is none of the cluster's any more. */
const ends: ReadonlySet<string> = new Set(['uncordon-node', 'reset-node']);

/** When each step's first command was begun that ended well, and when its last one did. */
const commandTimes = (events: readonly Event[]) => {
  const begun = new Map<string, number>();
  const times = new Map<string, { readonly from: number; readonly to: number }>();
  for (const event of events) {
    if (event.type === 'command-started') begun.set(event.id, event.at);
    if (event.type !== 'command-finished' || event.exit.kind !== 'code' || event.exit.code !== 0) continue;
    const from = times.get(event.address)?.from ?? begun.get(event.id) ?? event.at - event.durationMs;
    times.set(event.address, { from, to: event.at });
  }
  return times;
};

const turnsOf = (events: readonly Event[]): ReadonlyMap<string, readonly Turn[]> => {
  const times = commandTimes(events);
  const turns = new Map<string, readonly Turn[]>();
  for (const event of events) {
    if (event.type !== 'step-started' || event.node === undefined) continue;
    const time = times.get(event.address);
    if (time === undefined) continue;
    const known = turns.get(event.node) ?? [];
    const last = known.at(-1);
    const isOut = last !== undefined && last.to === undefined;
    if (event.step === 'drain-node' && !isOut) turns.set(event.node, [...known, { from: time.from }]);
    if (!ends.has(event.step)) continue;
    const end: Turn = { to: time.to, ...(event.step === 'reset-node' ? { left: true } : {}) };
    if (end.left && !isOut) continue;
    const turn = isOut ? { ...last, ...end } : end;
    turns.set(event.node, [...(isOut ? known.slice(0, -1) : known), turn]);
  }
  return turns;
};

/**
 * From the cordon to the uncordon of each node that a run took out of service, or to its leaving the cluster, added up
 * over its hops, in the order in which they went out. Nodes that somebody else keeps cordoned are not counted: they serve
 * nobody anyway.
 */
export const outOfService = (events: readonly Event[]): readonly OutOfService[] => {
  const [start, end] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
  return [...turnsOf(events)].map(([node, turns]) => ({
    node,
    ms: turns.reduce((sum, { from = start, to = end }) => sum + to - from, 0),
    open: turns.some(({ to }) => to === undefined),
    left: turns.some(({ left }) => left === true),
    before: turns.some(({ from }) => from === undefined),
  }));
};
