import { allSteps } from '../model/plan.ts';
import type { StepDrift } from '../model/drift.ts';
import type { Observed } from '../model/observed.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Fact } from '../facts/fact.ts';
import { stepDrift, type Held } from '../plan/drift.ts';
import { worldKey } from '../plan/world.ts';
import { factsOf, type BoundStep } from '../steps/step.ts';

/** A step as it was seen before anything was done for it. */
export interface Reached {
  readonly address: string;
  readonly step: BoundStep;
  readonly verdict: Verdict;
  readonly lookup: (fact: Fact<unknown>) => Observed<unknown>;
}

/** Asked before each step: what its plan does not cover, or undefined where it may go on. */
export type PlanGuard = (reached: Reached) => StepDrift | undefined;

/** Holds every step to a saved plan. What cannot be judged yet is asked again once it can. */
export const guardFor = (held: Held): PlanGuard => {
  const planned = new Map(allSteps(held.saved.plan).map((step) => [step.address, step]));
  return ({ address, step, verdict, lookup }) => {
    if (verdict.kind === 'pending') return undefined;
    const rests = new Map(factsOf(step).map((fact) => [worldKey(step.on, fact), lookup(fact)]));
    const drift = stepDrift(held, planned.get(address), { step, address, verdict, rests });
    return drift?.covered === false ? drift : undefined;
  };
};
