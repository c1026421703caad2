import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allGates } from '../../src/gates/registry.ts';
import { allSteps } from '../../src/steps/registry.ts';
import { situations } from './seen.ts';
import { api } from './values.ts';

const applying = allSteps.filter(({ assertion }) => !assertion);
const runs = 500;

describe('the law of steps: what a step expects satisfies it', () => {
  it('is tried for every step that applies something', () => {
    expect(Object.keys(situations).toSorted()).toEqual(applying.map(({ id }) => id).toSorted());
  });

  it.each(applying)('$id', (step) => {
    let reached = 0;
    fc.assert(
      fc.property(situations[step.id] ?? fc.constantFrom(), ({ wish, on, seen }) => {
        const bound = step.bind(wish, on);
        if (bound.check(seen).kind !== 'needed') return;
        reached += 1;
        const after = bound.check(bound.expect(seen));
        // Health is not what applying leaves: a rollout takes its time.
        const allowed = step.id === 'apply-addon' ? ['satisfied', 'pending'] : ['satisfied'];
        expect(allowed, JSON.stringify(after)).toContain(after.kind);
      }),
      { numRuns: runs },
    );
    expect(reached, 'a law that is never reached proves nothing').toBeGreaterThan(runs / 50);
  });

  it.each(applying)('$id: where it is needed there is something to do', (step) => {
    fc.assert(
      fc.property(situations[step.id] ?? fc.constantFrom(), ({ wish, on, seen }) => {
        const bound = step.bind(wish, on);
        const actions = bound.check(seen).kind === 'needed' ? bound.apply(seen, api).length : 1;
        expect(actions).toBeGreaterThan(0);
      }),
      { numRuns: runs },
    );
  });

  it.each(applying)('$id: looking and expecting change nothing of what was seen', (step) => {
    fc.assert(
      fc.property(situations[step.id] ?? fc.constantFrom(), ({ wish, on, seen }) => {
        const before = structuredClone(seen);
        const bound = step.bind(wish, on);
        if (bound.check(seen).kind === 'needed') {
          bound.apply(seen, api);
          bound.expect(seen);
        }
        expect(seen).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('a gate and an assertion apply nothing', () => {
    expect(allGates.filter(({ assertion }) => !assertion).map(({ id }) => id)).toEqual([]);
  });
});
