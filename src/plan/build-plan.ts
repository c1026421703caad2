import type { Observed } from '../model/observed.ts';
import type { Plan, PlannedItem, PlannedStep, PlannedVerdict } from '../model/plan.ts';
import { purposeOf, type BoundBracket, type BoundItem, type BoundPhase, type BoundStepItem } from '../steps/bound.ts';
import { factsOf } from '../steps/step.ts';
import { foldStep, needOf } from './fold.ts';
import { worldKey, type World } from './world.ts';

/** By the address of a step that was judged: each fact that it looked at (`worldKey`), as seen or as foreseen. */
export type Rests = ReadonlyMap<string, ReadonlyMap<string, Observed<unknown>>>;

interface Course {
  readonly world: World;
  readonly rests: Map<string, ReadonlyMap<string, Observed<unknown>>>;
  /** Something before this point will be changed: what is waited for later cannot be judged now. */
  changed: boolean;
}

const planned = ({ address, step }: BoundStepItem, verdict: PlannedVerdict): PlannedStep => ({
  kind: 'step',
  address,
  step: step.id,
  title: step.title,
  ...(step.on.kind === 'node' ? { node: step.on.node } : {}),
  with: step.with,
  verdict,
  assertion: step.assertion,
});

const planStep = (item: BoundStepItem, course: Course): PlannedStep => {
  if (item.step.assertion && course.changed && !item.step.foreseen)
    return planned(item, { kind: 'assumed', because: 'something before it changes what it looks at' });
  const { step, address } = item;
  course.rests.set(
    address,
    new Map(factsOf(step).map((fact) => [worldKey(step.on, fact), course.world.get(step.on, fact)])),
  );
  const verdict = foldStep(course.world, step);
  if (!step.assertion && (verdict.kind === 'needed' || verdict.kind === 'blocked')) course.changed = true;
  return planned(item, verdict);
};

const planEnter = (bracket: BoundBracket, course: Course): PlannedStep => {
  const { enter } = bracket;
  const need = needOf(course.world, purposeOf(bracket));
  if (need === 'needed') return planStep(enter, course);
  return planned(
    enter,
    need === 'none' ? { kind: 'satisfied' } : { kind: 'assumed', because: 'what it is for cannot be judged yet' },
  );
};

const planItem = (item: BoundItem, course: Course): PlannedItem => {
  if (item.kind === 'step') return planStep(item, course);
  const enter = planEnter(item, course);
  const body = item.body.map((inner) => planItem(inner, course));
  const exit = item.exit === undefined ? undefined : planStep(item.exit, course);
  return { kind: 'bracket', bracket: item.bracket, enter, body, ...(exit === undefined ? {} : { exit }) };
};

export interface PlanInput extends Omit<Plan, 'format' | 'phases'> {
  readonly bound: readonly BoundPhase[];
  readonly world: World;
}

/**
 * Folds check → expect → next check over all steps, so that each is judged on what those before it will leave. Pure:
 * the world that is given stays as it is. What waits for something (an assertion) is assumed once something before it
 * is to change.
 */
export const buildPlan = (input: PlanInput): Plan => foldPlan(input).plan;

/** As buildPlan, with what each verdict rests on. */
export const foldPlan = ({ bound, world, ...rest }: PlanInput): { readonly plan: Plan; readonly rests: Rests } => {
  const { phases, rests } = foldPhases(bound, world);
  return { plan: { format: 1, ...rest, phases }, rests };
};

/** As foldPlan, of phases alone: what is to be done in them as the world is now. */
export const foldPhases = (
  bound: readonly BoundPhase[],
  world: World,
): { readonly phases: Plan['phases']; readonly rests: Rests } => {
  const course: Course = { world: world.scratch(), rests: new Map(), changed: false };
  const phases = bound.map(({ name, parallel, lanes }) => ({
    name,
    parallel,
    lanes: lanes.map(({ node, items }) => ({
      ...(node === undefined ? {} : { node }),
      items: items.map((item) => planItem(item, course)),
    })),
  }));
  return { phases, rests: course.rests };
};
