import { judge } from '../steps/see.ts';
import type { BoundStep } from '../steps/step.ts';
import type { Verdict } from '../model/verdict.ts';
import { purposeOf, type BoundItem } from '../steps/bound.ts';
import type { World } from './world.ts';

/**
 * Judges a step on what is known and changes the world to what it will leave. A blocked one too: what comes after it is
 * judged as if the way had been cleared, so that one obstacle is not told once more by every step behind it.
 */
export const foldStep = (world: World, step: BoundStep): Verdict => {
  const { verdict, seen } = judge(step, (fact) => world.get(step.on, fact));
  if (seen === undefined || (verdict.kind !== 'needed' && verdict.kind !== 'blocked')) return verdict;
  for (const [name, value] of Object.entries(step.expect(seen))) {
    const fact = step.facts[name];
    if (fact !== undefined && value !== undefined)
      world.set(step.on, fact, { kind: 'value', value, at: 0, from: 'expected' });
  }
  return verdict;
};

/** `unclear`: nothing is known to be needed, but not everything could be judged; a moment later it may be needed. */
export type Need = 'needed' | 'unclear' | 'none';

/** Whether anything in there has something to do: decides whether a bracket is entered. The world is left as it is. */
export const needOf = (world: World, items: readonly BoundItem[]): Need => {
  const scratch = world.scratch();
  const needs = items.map((item): Need => {
    if (item.kind === 'bracket') return needOf(scratch, purposeOf(item));
    if (item.step.assertion) return 'none';
    const { kind } = foldStep(scratch, item.step);
    if (kind === 'needed') return 'needed';
    return kind === 'satisfied' ? 'none' : 'unclear';
  });
  return (['needed', 'unclear'] as const).find((need) => needs.includes(need)) ?? 'none';
};
