import { FleetBoard } from '../../../../src/adapters/terminal/fleet/fleet-board.ts';
import type { Event } from '../../../../src/model/event.ts';
import type { MemberState } from '../../../../src/model/fleet.ts';
import { runEvents, startedAt, upgradePlan } from '../../../report/fixtures.ts';

export interface WaveWish {
  readonly name?: string;
  /** How many of its clusters are as, in this order; `at-work` are in the middle of the second worker's drain. */
  readonly members: Readonly<Partial<Record<MemberState | 'at-work', number>>>;
}

/** The events of a cluster until the drain of its second worker has said something. */
const untilDrain = (cluster: string): readonly Event[] => {
  const events = runEvents(upgradePlan(cluster));
  const last = events.findLastIndex(
    (event) => event.type === 'command-output' && event.address === `workers/${cluster}-w2/drain-node`,
  );
  return events.slice(0, last + 1);
};

/** Minutes after the start at which boards are looked at. */
export const lookedAt = startedAt + 6 * 60_000;

/** A board with so many clusters, named after their wave and their number. */
export const boardOf = (waves: readonly WaveWish[], current = 0): FleetBoard => {
  const states = waves.map(({ members }) =>
    Object.entries(members).flatMap(([state, count]) => Array.from({ length: count }, () => state)),
  );
  const names = waves.map(({ name = 'c' }, index) =>
    (states[index] ?? []).map((_, nth) => `${name}-${String(nth + 1).padStart(3, '0')}`),
  );
  const board = new FleetBoard({
    waves: waves.map(({ name }, index) => ({
      ...(name === undefined ? {} : { name }),
      members: (names[index] ?? []).map((cluster) => ({ cluster, state: 'waiting' as const })),
    })),
    current,
  });
  for (const [index, own] of states.entries())
    for (const [nth, state] of own.entries()) {
      const cluster = names[index]?.[nth] ?? '';
      if (state === 'at-work') {
        board.begin(upgradePlan(cluster));
        for (const event of untilDrain(cluster)) board.event(event);
      } else if (state !== 'waiting') {
        board.member(cluster, 'looking', startedAt);
        if (state !== 'looking') board.member(cluster, asMemberState(state), startedAt + 5 * 60_000);
      }
    }
  return board;
};

const memberStates: readonly MemberState[] = [
  'waiting',
  'looking',
  'done',
  'idle',
  'failed',
  'blocked',
  'drift',
  'interrupted',
  'outside-window',
  'not-begun',
];
const asMemberState = (text: string): MemberState => {
  const state = memberStates.find((each) => each === text);
  if (state === undefined) throw new Error(`${text} is no state of a cluster`);
  return state;
};
