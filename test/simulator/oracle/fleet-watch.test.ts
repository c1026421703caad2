import { describe, expect, it } from 'vitest';
import { FleetWatch, fleetRules } from '../../../src/simulator/oracle/fleet-watch.ts';
import type { FleetWish, SeenWave } from '../../../src/simulator/oracle/fleet-wish.ts';
import { seenWave as wave } from './seen-wave.ts';

const minute = 60_000;

/** Clusters `a1`, `a2`, … of the first wave, `b1`, … of the second; all of one region. */
const fleet = (waves: readonly SeenWave[], sizes: readonly number[], perRegion?: number): FleetWish => ({
  waves,
  members: sizes.flatMap((size, index) =>
    Array.from({ length: size }, (_, at) => ({
      cluster: `${'abc'[index] ?? ''}${at + 1}`,
      wave: index,
      alike: new Map(perRegion === undefined ? [] : [['region=r1', perRegion]]),
      undisturbed: at === 0,
    })),
  ),
});

/** `+a1` begins, `-a1` ends well, `!a1` fails, `?a1` has its turn, `~a1` is stopped, `>5` five minutes pass. */
const play = (
  wish: FleetWish,
  script: string,
  typed: { parallel?: number; held?: string; promoted?: string[] } = {},
) => {
  let now = 0;
  const watch = new FleetWatch(wish, () => now);
  const chosen = wish.members.map(({ cluster }) => cluster);
  watch.note({ type: 'typed', program: 1, chosen, promoted: [], ...typed });
  for (const word of script.split(' ')) {
    const cluster = word.slice(1);
    const outcomes: Readonly<Record<string, string>> = { '-': 'done', '!': 'failed', '~': 'interrupted' };
    const outcome = outcomes[word[0] ?? ''];
    if (word.startsWith('>')) now += Number(cluster) * minute;
    else if (outcome !== undefined) watch.note({ type: 'ended', program: 1, cluster, outcome });
    else watch.note({ type: word.startsWith('+') ? 'begun' : 'turn', program: 1, cluster });
    now += 1;
  }
  return watch;
};

const breaksOf = (...args: Parameters<typeof play>): readonly string[] => play(...args).breaks;

describe('a fleet', () => {
  const plain = wave('dev');

  it('goes no more at once than the command says, or the wave, or ten', () => {
    const wish = fleet([wave('dev', { parallel: 2 })], [3]);
    expect(breaksOf(wish, '+a1 +a2 -a1 +a3')).toEqual([]);
    expect(breaksOf(wish, '+a1 +a2 +a3')).toEqual(['fleet parallel: a1, a2, a3 go at once, and 2 may']);
    expect(breaksOf(wish, '+a1 +a2', { parallel: 1 })).toEqual(['fleet parallel: a1, a2 go at once, and 1 may']);
    const eleven = Array.from({ length: 11 }, (_, at) => `+a${at + 1}`).join(' ');
    expect(breaksOf(fleet([plain], [11]), eleven)).toHaveLength(1);
  });

  it('goes no more of one label at once than the inventory says', () => {
    expect(breaksOf(fleet([plain], [2], 1), '+a1 -a1 +a2')).toEqual([]);
    expect(breaksOf(fleet([plain], [2], 1), '+a1 +a2')).toEqual([
      'fleet per-label: a1, a2 of region=r1 go at once, and 1 may',
    ]);
  });

  it('begins no wave before the one before has ended', () => {
    const wish = fleet([plain, wave('prod')], [2, 1]);
    expect(breaksOf(wish, '+a1 +a2 -a1 -a2 +b1')).toEqual([]);
    expect(breaksOf(wish, '+a1 +a2 -a1 +b1')).toEqual([
      'fleet wave-order: b1 was begun while a2 of the wave dev had not ended',
    ]);
    expect(breaksOf(wish, '+b1 -b1 +a1')).toEqual(['fleet wave-order: a1 was begun after b1 of a later wave']);
  });

  it('lets a wave soak', () => {
    const wish = fleet([wave('dev', { soakMs: 10 * minute }), wave('prod')], [1, 1]);
    expect(breaksOf(wish, '+a1 -a1 >10 +b1')).toEqual([]);
    expect(breaksOf(wish, '+a1 -a1 >9 +b1')).toHaveLength(1);
    expect(breaksOf(wish, '+a1 -a1 >9 +b1')[0]).toMatch(/^fleet soak: b1 was begun 49\d\d\d ms before the wave dev/);
  });

  it('begins a wave that wants a yes only with one, and none from where it is held', () => {
    const wish = fleet([plain, wave('prod', { approval: true })], [1, 1]);
    expect(breaksOf(wish, '+a1 -a1 +b1', { promoted: ['prod'] })).toEqual([]);
    expect(breaksOf(wish, '+a1 -a1 +b1')).toEqual(['fleet approval: b1 was begun, and nobody let prod begin']);
    expect(breaksOf(wish, '+a1 -a1 +b1', { promoted: ['prod'], held: 'prod' })).toEqual([
      'fleet hold: b1 of the wave prod was begun, and the command holds at prod',
    ]);
  });

  it('waits for the first of a wave, and begins no more where they did not end well', () => {
    const wish = fleet([wave('dev', { canary: { percent: 50 }, mayFail: { count: 4 } })], [4]);
    expect(breaksOf(wish, '+a1 +a2 -a1 -a2 +a3')).toEqual([]);
    expect(breaksOf(wish, '+a1 +a2 -a1 +a3')).toEqual([
      'fleet canary: a3 was begun after the first of the wave dev (a2 in hand)',
    ]);
    expect(breaksOf(wish, '+a1 +a2 -a1 !a2 +a3')).toEqual([
      'fleet canary: a3 was begun after the first of the wave dev (a2 failed)',
    ]);
  });

  it('begins none once more have failed than may, but for one whose turn had come', () => {
    const wish = fleet([wave('dev', { mayFail: { count: 1 } })], [4]);
    expect(breaksOf(wish, '+a1 +a2 -a1 !a2 +a3 -a3 +a4')).toEqual([]);
    expect(breaksOf(wish, '+a2 !a2 +a3 ?a4 !a3 +a4')).toEqual([]);
    expect(breaksOf(wish, '+a2 !a2 +a3 !a3 +a4')).toEqual([
      'fleet budget: a4 was begun after a2, a3 of the wave dev had failed, and 1 may',
    ]);
    const waves = fleet([plain, wave('prod')], [2, 1]);
    expect(breaksOf(waves, '+a2 !a2 +b1')).toEqual([
      'fleet budget: b1 was begun after a2 of the wave dev had failed, and 0 may',
    ]);
  });

  it('stops what is in hand only where the wave says so, and too many failed', () => {
    expect(breaksOf(fleet([wave('dev', { stopsInFlight: true })], [2]), '+a1 +a2 !a2 ~a1')).toEqual([]);
    const stopped = ['fleet in-flight: a1 was stopped, and of the wave dev 1 had failed, where 0 may'];
    expect(breaksOf(fleet([plain], [2]), '+a1 +a2 !a2 ~a1')).toEqual(stopped);
    expect(
      breaksOf(fleet([wave('dev', { stopsInFlight: true, mayFail: { count: 1 } })], [2]), '+a1 +a2 !a2 ~a1'),
    ).toHaveLength(1);
  });

  it('has none fail that nothing befell', () => {
    expect(breaksOf(fleet([plain], [2]), '+a1 +a2 !a2 -a1')).toEqual([]);
    expect(breaksOf(fleet([plain], [2]), '+a1 +a2 !a2 !a1')).toEqual([
      'fleet isolation: a1, which nothing befell, ended failed beside a2',
    ]);
  });

  it('counts how often each rule could have been broken', () => {
    const all = fleet(
      [
        wave('dev', { parallel: 2, soakMs: minute, mayFail: { count: 2 }, canary: { count: 1 }, stopsInFlight: true }),
        wave('prod', { approval: true }),
      ],
      [4, 1],
      2,
    );
    const { reached, breaks } = play(all, '+a2 -a2 +a1 +a3 !a3 -a1 +a4 -a4 >1 +b1 ~b1', {
      promoted: ['prod'],
      held: 'prod',
    });
    expect(fleetRules.filter((rule) => reached.get(rule) === 0)).toEqual([]);
    expect(breaks.map((each) => each.split(':')[0])).toEqual(['fleet hold', 'fleet in-flight']);
  });
});
