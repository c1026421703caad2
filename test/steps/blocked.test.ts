import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allSteps } from '../../src/steps/registry.ts';
import { situations } from './seen.ts';

const applying = allSteps.filter(({ assertion }) => !assertion);

/** The plan goes on behind an obstacle as if it had been cleared: each step must know what it would leave. */
describe('what a blocked step would leave', () => {
  it.each(applying)('$id: can be said without a fault, and without changing what was seen', (step) => {
    fc.assert(
      fc.property(situations[step.id] ?? fc.constantFrom(), ({ wish, on, seen }) => {
        const before = structuredClone(seen);
        const bound = step.bind(wish, on);
        if (bound.check(seen).kind !== 'blocked') return;
        expect(Object.keys(bound.expect(seen))).toEqual(expect.arrayContaining(Object.keys(seen)));
        expect(seen).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });
});
