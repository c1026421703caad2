import type { Failure } from '../model/event.ts';
import type { BoundStepItem } from '../steps/bound.ts';
import { describeState } from './describe-state.ts';
import { complaint } from './perform.ts';
import type { StepTrouble } from './step-result.ts';
import type { Session } from './session.ts';
import { isWindowGate } from './window-guard.ts';

/** What a failure names beside the step. */
interface Way {
  readonly session: Session;
  /** What the operator types to go on: the same command again. */
  readonly again: string;
  /** What goes on from this run's record, where there is one. */
  readonly resume?: string;
}

/** Drift is no fault to repair: either the plan or the cluster has to change. */
const afterDrift = ({ again }: Way, { drift }: StepTrouble): readonly string[] => [
  ...(drift?.fix === undefined ? [] : [drift.fix]),
  `undo what changed, and go on with: ${again}`,
  `or look at a plan for what is there now, and go on with that: ${again} --re-plan`,
];

/** Where the step itself names no fix: what a person looks at. */
const advice = ({ step }: BoundStepItem, { fix, performed }: StepTrouble): string => {
  if (fix !== undefined) return fix;
  if (step.assertion) return `see for yourself: ${step.explain.type.join('; ')}`;
  if (performed === undefined) return 'see the journal for what was seen';
  const { node: given } = performed;
  // What is done to a node through the API is typed on a control plane.
  return step.on.kind !== 'node' || step.on.node === given
    ? `see why on ${given}, and repair it there`
    : `see why on ${step.on.node}, or on ${given}, where the command was typed, and repair it there`;
};

/** What goes on with a run that stopped, here and on another machine. */
export const goOn = ({ again, resume }: Way): readonly string[] =>
  resume === undefined
    ? [`then go on with: ${again}`]
    : [`then go on with: ${resume}`, `from another machine: ${again}`];

/** How things stand is for the new owner to say: a run that lost its cluster does not even look any more. */
const nothingMore = 'this run sends nothing more; a command of its own that still runs on a node is the new owner’s';

const kindOf = ({ step }: BoundStepItem, { kind }: StepTrouble, untouched: boolean): Failure['kind'] => {
  if (kind === 'blocked' && isWindowGate(step)) return 'outside-window';
  // Before the first write nothing has failed: something stands in the way.
  return untouched && kind !== 'drift' ? 'blocked' : kind;
};

/** Everything that an operator needs where a step did not come through. */
export const toFailure = async (planRun: Way, item: BoundStepItem, trouble: StepTrouble): Promise<Failure> => {
  const { session } = planRun;
  const node = item.step.on.kind === 'node' ? item.step.on.node : undefined;
  const { performed } = trouble;
  const untouched = session.touched !== true;
  const lost = session.ownership?.lost() !== undefined;
  const state = lost ? [nothingMore] : await describeState(session, node);
  return {
    cluster: session.cluster.name,
    ...(node === undefined ? {} : { node }),
    address: item.address,
    step: item.step.id,
    kind: kindOf(item, trouble, untouched),
    message: trouble.message,
    ...(trouble.drift === undefined ? {} : { drift: trouble.drift }),
    ...(performed === undefined
      ? {}
      : { command: performed.line, exit: performed.result.exit, stderrTail: complaint(performed.result) }),
    state: untouched ? ['nothing was changed', ...state] : state,
    next: trouble.kind === 'drift' ? afterDrift(planRun, trouble) : [advice(item, trouble), ...goOn(planRun)],
  };
};
