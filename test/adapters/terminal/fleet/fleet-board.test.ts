import { expect, it } from 'vitest';
import { FleetBoard, standingOf, waveTook } from '../../../../src/adapters/terminal/fleet/fleet-board.ts';
import { countsOf } from '../../../../src/adapters/terminal/fleet/wave-line.ts';
import { drainFailure, runEvents, startedAt, upgradePlan } from '../../../report/fixtures.ts';

const outline = {
  waves: [{ members: (['paris', 'oslo', 'rome'] as const).map((cluster) => ({ cluster, state: 'waiting' as const })) }],
  current: 0,
};
const one = (board: FleetBoard) => {
  const [paris] = board.waves[0]?.members ?? [];
  if (paris === undefined) throw new Error('no cluster');
  return paris;
};

it('a cluster is looked at, runs, and came out of it', () => {
  const board = new FleetBoard(outline);
  const seen = [standingOf(one(board))];
  board.member('paris', 'looking', startedAt);
  seen.push(standingOf(one(board)));
  board.begin(upgradePlan());
  for (const event of runEvents(upgradePlan())) board.event(event);
  expect(one(board).state).toBe('running');
  board.member('paris', 'done', startedAt + 1000);
  seen.push(standingOf(one(board)));
  expect(seen).toEqual(['waiting', 'running', 'done']);
  expect(countsOf(board.waves[0] ?? { name: undefined, members: [] })).toMatchObject({
    done: 1,
    waiting: 2,
    running: 0,
  });
});

it('keeps why a cluster stopped, in a line, and nothing else of it', () => {
  const board = new FleetBoard(outline);
  board.member('paris', 'looking', startedAt);
  board.begin(upgradePlan());
  for (const event of runEvents(upgradePlan(), drainFailure())) board.event(event);
  expect(one(board).progress).toBeDefined();
  board.member('paris', 'failed', startedAt + 1000);
  expect(one(board)).toMatchObject({
    state: 'failed',
    note: 'the drain did not finish within 10 minutes',
    progress: undefined,
    endedAt: startedAt + 1000,
  });
});

it('a cluster that was blocked before it had a plan is no longer waited for', () => {
  const board = new FleetBoard(outline);
  board.member('paris', 'looking', startedAt);
  board.member('paris', 'blocked', startedAt + 1000);
  expect(standingOf(one(board))).toBe('failed');
});

it('clusters that it does not know, and events before a plan, change nothing', () => {
  const board = new FleetBoard(outline);
  board.member('nowhere', 'done', startedAt);
  board.begin(upgradePlan('nowhere'));
  for (const event of [...runEvents(upgradePlan('nowhere')), ...runEvents(upgradePlan())]) board.event(event);
  expect(one(board).state).toBe('waiting');
});

it.each([
  [[], undefined],
  [[['paris', 1000, undefined]], 9000],
  [
    [
      ['paris', 1000, 3000],
      ['oslo', 2000, 6000],
    ],
    5000,
  ],
] as const)('a wave of which %j began took %s ms', (spans, took) => {
  const members = spans.map(([cluster, began, ended]) => ({
    cluster,
    state: 'done' as const,
    startedAt: began,
    ...(ended === undefined ? {} : { endedAt: ended }),
  }));
  const [wave] = new FleetBoard({ waves: [{ members }], current: 0 }).waves;
  expect(wave === undefined ? 'none' : waveTook(wave, 10_000)).toBe(took);
});
