import { describe, expect, it } from 'vitest';
import { outlook, type LaneTime } from '../../src/model/time-ahead.ts';

const minute = 60_000;
const lane = (phase: string, node: string | undefined, typical: number, long: number, parallel = 1): LaneTime => ({
  phase,
  ...(node === undefined ? {} : { node }),
  parallel,
  touches: true,
  typicalMs: typical * minute,
  longMs: long * minute,
});
const quiet = (each: LaneTime): LaneTime => ({ ...each, touches: false });

const upgrade = [
  quiet(lane('staging', 'cp1', 1, 5, 3)),
  quiet(lane('staging', 'w1', 2, 6, 3)),
  quiet(lane('staging', 'w2', 1, 5, 3)),
  lane('first control plane', 'cp1', 5, 9),
  lane('workers', 'w1', 2, 8),
  lane('workers', 'w2', 2, 8),
  quiet(lane('verification', undefined, 1, 2)),
];

describe('what can be begun in time', () => {
  it.each([
    ['nothing', 10.9, [], ['cp1', 'w1', 'w2']],
    ['the first, whose staging goes before it', 11, ['cp1'], ['w1', 'w2']],
    ['another one, where those before it take as long as usually', 15, ['cp1', 'w1'], ['w2']],
    ['all of it: what only looks needs no time inside', 17, ['cp1', 'w1', 'w2'], []],
  ])('%s', (_what, minutes, fit, left) => {
    const seen = outlook(upgrade, minutes * minute);
    expect([seen.fit, seen.left]).toEqual([fit, left]);
    expect(seen.firstLeft?.node).toBe(left[0]);
    expect(seen.begins).toBe(fit.length > 0);
  });

  it('adds up phases, the lanes of one side by side as far as they may', () => {
    expect(outlook(upgrade, 0).whole).toEqual({ typicalMs: 12 * minute, longMs: 33 * minute });
    const wide = ['w1', 'w2', 'w3'].map((node) => lane('workers', node, 2, 8, 2));
    expect(outlook(wide, 0).whole).toEqual({ typicalMs: 4 * minute, longMs: 16 * minute });
    expect(outlook(wide, 9 * minute).fit).toEqual(['w1', 'w2']);
  });

  it('a node that comes again later is done only with both', () =>
    expect(outlook([lane('1.35.4 workers', 'w1', 2, 3), lane('1.36.3 workers', 'w1', 2, 9)], 5 * minute)).toMatchObject(
      {
        begins: true,
        fit: [],
        left: ['w1'],
      },
    ));

  it('nothing to do takes no time', () =>
    expect(outlook([], 0)).toEqual({ whole: { typicalMs: 0, longMs: 0 }, begins: true, fit: [], left: [] }));
});
