import { describe, expect, it } from 'vitest';
import type { Result } from '../../scripts/simulation/result.ts';
import { count, emptyTally, failures, merge, neverReached } from '../../scripts/simulation/tally.ts';
import { tallyText } from '../../scripts/simulation/tally-text.ts';

const result = (over: Partial<Result> = {}): Result => ({
  seed: 1,
  verdict: 'as-expected',
  what: [],
  faults: [],
  hits: [{ kind: 'node-reboot', moment: 'during', step: 'drain-node' }],
  reached: { 1: 2, 2: 0 },
  events: 10,
  commands: 5,
  programs: 2,
  virtualMs: 3_600_000,
  said: '',
  trace: [],
  ...over,
});

const sum = (...results: readonly Result[]) => {
  const tally = emptyTally();
  for (const each of results) count(tally, each);
  return tally;
};

describe('a campaign', () => {
  it('is the sum of its simulations, in however many parts', () => {
    const bad = result({ seed: 2, verdict: 'broken', what: ['invariant 3: two workers'] });
    const parts = sum(result());
    merge(parts, sum(bad, result({ seed: 3 })));
    expect(parts).toEqual(sum(result(), bad, result({ seed: 3 })));
    expect(parts).toMatchObject({ seeds: 3, events: 30, faults: { 'node-reboot': 3 }, reached: { 1: 6, 2: 0 } });
    expect(parts.bad).toEqual([{ seed: 2, verdict: 'broken', what: ['invariant 3: two workers'] }]);
    expect(failures(parts)).toEqual({ broken: 1, unconverged: 0, other: 0 });
  });

  it.each([
    [1000, [2]],
    [999, []],
  ])('of %i seeds must have put every invariant to the test', (seeds, never) => {
    expect(neverReached({ ...sum(result()), seeds }, [1, 2])).toEqual(never);
  });

  it('tells what was tried', () => {
    const tally = sum(result(), result({ hits: [{ kind: 'disk-full', moment: 'before', step: 'upgrade-node' }] }));
    const text = tallyText({ ...tally, seeds: 1000 }, 2, [1, 2]);
    expect(text).toContain(
      'fault, moment       a  b\ndisk-full before    .  1\nnode-reboot during  1  .\na = drain-node, b = upgrade-node',
    );
    expect(text).toContain('NEVER reached: 2');
    expect(text).toContain('500 a second');
  });
});
