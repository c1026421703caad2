import { exitCode } from '../model/errors.ts';
import type { StepDrift } from '../model/drift.ts';
import type { Hide } from '../model/redact.ts';
import { comparePlans, type Fresh, type Held } from '../plan/drift.ts';
import { savedCluster, type SavedCluster, type ToSave } from '../plan/saved-plan.ts';
import { driftText } from '../report/drift-text.ts';
import { paintFor } from '../report/paint.ts';
import { guardFor, type PlanGuard } from '../run/plan-guard.ts';
import type { Prepared } from '../run/prepare-plan.ts';
import { stepItems } from '../steps/bound.ts';
import type { OutputFormat, Parts } from './parts.ts';

/** A plan from a file, to which a cluster's upgrade is held. */
export interface HeldPlan {
  readonly file: string;
  readonly saved: SavedCluster;
  readonly salt: string;
  readonly hide: Hide;
  /** Go on with the plan of now after its differences were shown. */
  readonly rePlan: boolean;
}

export interface MadeNow {
  readonly toSave: ToSave;
  readonly prepared: Prepared;
  /** The command line that this is: `nodeops upgrade --plan …`. */
  readonly again: string;
  readonly output: OutputFormat;
}

const freshOf = ({ plan, rests, phases }: Prepared): Fresh => ({
  plan,
  rests,
  steps: new Map(
    phases.flatMap(({ lanes }) =>
      lanes.flatMap(({ items }) => stepItems(items).map(({ address, step }) => [address, step] as const)),
    ),
  ),
});

const tellJson = (parts: Parts, cluster: string, steps: readonly StepDrift[]): void =>
  void parts.stdout.write(`${JSON.stringify({ type: 'plan-differences', cluster, steps })}\n`);

const tellDrift = (parts: Parts, { file }: HeldPlan, made: MadeNow, drifted: readonly StepDrift[]): void => {
  const { cluster } = made.prepared.plan;
  if (made.output === 'json') tellJson(parts, cluster, drifted);
  parts.stderr.write(
    [
      `${cluster}: not as the plan ${file} says`,
      driftText(drifted, paintFor(parts.stderr, parts.env)),
      `    undo what changed, and go on with: ${made.again}`,
      `    or look at a plan for what is there now, and go on with that: ${made.again} --re-plan`,
      'Nothing was changed.',
      '',
    ].join('\n'),
  );
};

const tellDifferences = (parts: Parts, { file }: HeldPlan, made: MadeNow, steps: readonly StepDrift[]): void => {
  const { cluster } = made.prepared.plan;
  if (made.output === 'json') {
    tellJson(parts, cluster, steps);
    return;
  }
  const text = steps.length === 0 ? '  none\n' : driftText(steps, paintFor(parts.stdout, parts.env));
  parts.stdout.write(`${cluster}: what is different from the plan ${file}\n${text}\n`);
};

/**
 * Compares the plan of now with the one that was saved, and tells what differs. The exit code where it must not go on,
 * otherwise what each step is held to: the saved plan, or with --re-plan the one of now.
 */
export const holdToPlan = (
  parts: Parts,
  plan: HeldPlan,
  made: MadeNow,
): { readonly stop: number } | { readonly guard: PlanGuard } => {
  const { run } = made.toSave;
  const held: Held = { saved: plan.saved, hide: plan.hide, run };
  const differences = comparePlans(held, freshOf(made.prepared));
  if (plan.rePlan) {
    tellDifferences(parts, plan, made, differences);
    return { guard: guardFor({ ...held, saved: savedCluster(made.toSave, plan.salt) }) };
  }
  const drifted = differences.filter(({ covered }) => !covered);
  if (drifted.length === 0) return { guard: guardFor(held) };
  tellDrift(parts, plan, made, drifted);
  return { stop: exitCode.drift };
};
