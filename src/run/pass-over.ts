import { judge } from '../steps/see.ts';
import {
  purposeOf,
  stepItems,
  type BoundItem,
  type BoundLane,
  type BoundPhase,
  type BoundStepItem,
} from '../steps/bound.ts';
import { needOf } from '../plan/fold.ts';
import { createWorld, type World } from '../plan/world.ts';
import type { Emit } from './emit.ts';
import { look } from './look.ts';
import type { Session } from './session.ts';

const isSatisfied = (world: World, { step }: BoundStepItem): boolean =>
  judge(step, (fact) => world.get(step.on, fact)).verdict.kind === 'satisfied';

/** Whether going through it would do nothing at all: a bracket is not entered, what is inside and its exit are satisfied. */
const allSatisfied = (world: World, items: readonly BoundItem[]): boolean =>
  items.every((item) => {
    if (item.kind === 'step') return isSatisfied(world, item);
    return (
      needOf(world, purposeOf(item)) === 'none' &&
      allSatisfied(world, item.body) &&
      (item.exit === undefined || isSatisfied(world, item.exit))
    );
  });

/** As going through the lane would have told of it: what a bracket begins with is left out, all else was satisfied. */
const outcomes = (items: readonly BoundItem[]): readonly (readonly [string, 'satisfied' | 'skipped'])[] =>
  items.flatMap((item) => {
    if (item.kind === 'step') return [[item.address, 'satisfied']];
    return [
      [item.enter.address, 'skipped'],
      ...outcomes(item.body),
      ...(item.exit === undefined ? [] : [[item.exit.address, 'satisfied'] as const]),
    ];
  });

const tell = async (emit: Emit, { items }: BoundLane): Promise<void> => {
  // Written down together: a disk is waited for once, not once a step.
  await Promise.all(
    outcomes(items).map(([address, outcome]) =>
      emit.event({ type: 'step-finished', address, outcome, durationMs: 0, waitedMs: 0 }),
    ),
  );
};

/**
 * Looks at all lanes of a phase at once, one round trip a node, and passes over those in which every step is satisfied
 * right now, so that a run that goes on comes straight to the node where the last one stopped. Returns the others: they
 * are looked at again, step by step, when it is their turn. What cannot be judged now is not passed over.
 */
export const passOver = async (session: Session, emit: Emit, { lanes }: BoundPhase): Promise<readonly BoundLane[]> => {
  const world = createWorld();
  const steps = lanes.flatMap(({ items }) => stepItems(items).map(({ step }) => step));
  // A single step is looked at when it is run.
  if (steps.length < 2) return lanes;
  await look(session, steps, world);
  const passed = new Set(lanes.filter(({ items }) => allSatisfied(world, items)));
  await Promise.all([...passed].map((lane) => tell(emit, lane)));
  return lanes.filter((lane) => !passed.has(lane));
};
