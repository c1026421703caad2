import { describe, expect, it } from 'vitest';
import { simulate } from '../../scripts/simulation/simulate.ts';

/** A fixed choice of seeds; `npm run -s sim` goes through as many as one likes. */
const seeds = Array.from({ length: 60 }, (_, at) => at + 1);

describe('simulated upgrades', { timeout: 300_000 }, () => {
  it.each([
    { controlPlanes: 1, workers: 1 },
    { controlPlanes: 1, workers: 2 },
    { controlPlanes: 3, workers: 2 },
  ])('of $controlPlanes+$workers nodes without faults come to their end', async (topology) => {
    const result = await simulate(1, { topology, kinds: [] });
    expect(result).toMatchObject({ verdict: 'as-expected', what: [], programs: 1 });
  });

  it.each(seeds)('with the faults of seed %i end as they must', async (seed) => {
    const { verdict, what, faults } = await simulate(seed, {});
    expect({ verdict, what, faults: verdict === 'as-expected' ? [] : faults }).toEqual({
      verdict: 'as-expected',
      what: [],
      faults: [],
    });
  });

  it.each([3, 17])('of one seed (%i) are the same to the byte', async (seed) => {
    const [first, second] = [await simulate(seed, {}, { traced: true }), await simulate(seed, {}, { traced: true })];
    expect(first.trace.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });
});
