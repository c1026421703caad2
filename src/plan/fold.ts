import { see } from '../steps/see.ts';
import type { BoundStep } from '../steps/step.ts';
import type { Verdict } from '../model/verdict.ts';
import type { BoundItem } from '../steps/bound.ts';
import type { World } from './world.ts';

/** Judges a step on what is known and, where it is needed, changes the world to what it will leave. */
export const foldStep = (world: World, step: BoundStep): Verdict => {
  const sight = see(step, (fact) => world.get(step.on, fact));
  if (sight.kind === 'verdict') return sight.verdict;
  const verdict = step.check(sight.seen);
  if (verdict.kind !== 'needed') return verdict;
  for (const [name, value] of Object.entries(step.expect(sight.seen))) {
    const fact = step.facts[name];
    if (fact !== undefined && value !== undefined)
      world.set(step.on, fact, { kind: 'value', value, at: 0, from: 'expected' });
  }
  return verdict;
};

/** Whether anything in there has something to do: decides whether a bracket is entered. The world is left as it is. */
export const anyNeeded = (world: World, items: readonly BoundItem[]): boolean => {
  const scratch = world.copy();
  return items.some((item) =>
    item.kind === 'bracket'
      ? anyNeeded(scratch, item.body)
      : !item.step.assertion && foldStep(scratch, item.step).kind === 'needed',
  );
};
