import type { Plan, PlannedItem, PlannedStep, PlannedVerdict } from '../model/plan.ts';
import type { BoundBracket, BoundItem, BoundPhase, BoundStepItem } from '../steps/bound.ts';
import { foldStep, needOf } from './fold.ts';
import type { World } from './world.ts';

interface Course {
  readonly world: World;
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
  if (item.step.assertion && course.changed)
    return planned(item, { kind: 'assumed', because: 'something before it changes what it looks at' });
  const verdict = foldStep(course.world, item.step);
  if (!item.step.assertion && (verdict.kind === 'needed' || verdict.kind === 'blocked')) course.changed = true;
  return planned(item, verdict);
};

const planEnter = ({ enter, body }: BoundBracket, course: Course): PlannedStep => {
  const need = needOf(course.world, body);
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
export const buildPlan = ({ bound, world, ...rest }: PlanInput): Plan => {
  const course: Course = { world: world.copy(), changed: false };
  return {
    format: 1,
    ...rest,
    phases: bound.map(({ name, parallel, lanes }) => ({
      name,
      parallel,
      lanes: lanes.map(({ node, items }) => ({
        ...(node === undefined ? {} : { node }),
        items: items.map((item) => planItem(item, course)),
      })),
    })),
  };
};
