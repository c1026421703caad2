import pLimit from 'p-limit';
import type { Failure, RunOutcome } from '../model/event.ts';
import type { BoundBracket, BoundItem, BoundLane, BoundPhase, BoundStepItem } from '../steps/bound.ts';
import { stepItems } from '../steps/bound.ts';
import { needOf } from '../plan/fold.ts';
import { createWorld } from '../plan/world.ts';
import { describeState } from './describe-state.ts';
import type { Emit } from './emit.ts';
import { look } from './look.ts';
import { NodeTime } from './node-time.ts';
import { passOver } from './pass-over.ts';
import { complaint } from './perform.ts';
import { runStep, type StepTrouble } from './run-step.ts';
import type { PlanGuard } from './plan-guard.ts';
import type { Session } from './session.ts';

export interface PlanRun {
  readonly session: Session;
  readonly emit: Emit;
  readonly run: string;
  readonly phases: readonly BoundPhase[];
  /** What the operator types to go on: the same command again. */
  readonly again: string;
  /** What goes on from this run's record, where there is one: shorter, but good on this machine only. */
  readonly resume?: string;
  /** True once the operator asked to stop: the step in hand still finishes. */
  readonly stopping: () => boolean;
  /** Holds each step to a saved plan. */
  readonly guard?: PlanGuard;
  /** What a node may take in one phase; missing where it is as long as it takes. */
  readonly nodeTimeoutMs?: number;
}

/** A lane of it. */
interface LaneRun extends PlanRun {
  readonly nodeTime?: NodeTime;
}

export interface PlanResult {
  readonly outcome: RunOutcome;
  readonly failure?: Failure;
  /** It has written something, and still owned its cluster when it stopped. */
  readonly halfDone?: boolean;
}

type LaneEnd =
  { readonly kind: 'through' } | { readonly kind: 'stopped' } | { readonly kind: 'failed'; readonly failure: Failure };

const through: LaneEnd = { kind: 'through' };

/** Drift is no fault to repair: either the plan or the cluster has to change. */
const afterDrift = ({ again }: PlanRun, { drift }: StepTrouble): readonly string[] => [
  ...(drift?.fix === undefined ? [] : [drift.fix]),
  `undo what changed, and go on with: ${again}`,
  `or look at a plan for what is there now, and go on with that: ${again} --re-plan`,
];

/** Where the step itself names no fix: what a person looks at. */
const advice = ({ step }: BoundStepItem, { fix, performed }: StepTrouble): string => {
  if (fix !== undefined) return fix;
  if (step.assertion) return `see for yourself: ${step.explain.type.join('; ')}`;
  return performed === undefined
    ? 'see the journal for what was seen'
    : `see why on ${performed.node}, and repair it there`;
};

const goOn = ({ again, resume }: PlanRun): readonly string[] =>
  resume === undefined
    ? [`then go on with: ${again}`]
    : [`then go on with: ${resume}`, `from another machine: ${again}`];
/** How things stand is for the new owner to say: a run that lost its cluster does not even look any more. */
const nothingMore = 'this run sends nothing more; a command of its own that still runs on a node is the new owner’s';

const toFailure = async (planRun: PlanRun, item: BoundStepItem, trouble: StepTrouble): Promise<Failure> => {
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
    // Before the first write nothing has failed: something stands in the way.
    kind: untouched && trouble.kind !== 'drift' ? 'blocked' : trouble.kind,
    message: trouble.message,
    ...(trouble.drift === undefined ? {} : { drift: trouble.drift }),
    ...(performed === undefined
      ? {}
      : { command: performed.line, exit: performed.result.exit, stderrTail: complaint(performed.result) }),
    state: untouched ? ['nothing was changed', ...state] : state,
    next: trouble.kind === 'drift' ? afterDrift(planRun, trouble) : [advice(item, trouble), ...goOn(planRun)],
  };
};

const runOne = async (planRun: LaneRun, item: BoundStepItem): Promise<LaneEnd> => {
  const { session, emit, run, stopping, guard, nodeTime } = planRun;
  const lost = session.ownership?.lost();
  if (lost !== undefined) {
    const trouble: StepTrouble = { kind: 'blocked', message: lost, fix: session.ownership?.advice ?? '' };
    return { kind: 'failed', failure: await toFailure(planRun, item, trouble) };
  }
  if (stopping()) return { kind: 'stopped' };
  const { address, step } = item;
  const begun = session.clock.now();
  const node = step.on.kind === 'node' ? { node: step.on.node } : {};
  await emit.event({ type: 'step-started', address, step: step.id, title: step.title, ...node });
  const held = guard === undefined ? {} : { guard };
  const timeLeft = nodeTime?.left(step);
  const limited = timeLeft === undefined ? {} : { timeLeft };
  const result = await runStep({ session, emit, run, address, step, stopping, ...held, ...limited });
  const durationMs = session.clock.now() - begun;
  nodeTime?.took(step, durationMs);
  if (result.kind === 'reached') {
    await emit.event({
      type: 'step-finished',
      address,
      outcome: result.outcome,
      durationMs,
      waitedMs: result.waitedMs,
    });
    return through;
  }
  if (result.kind === 'stopped') return { kind: 'stopped' };
  const failure = await toFailure(planRun, item, result.trouble);
  await emit.event({ type: 'step-failed', address, durationMs, failure });
  return { kind: 'failed', failure };
};

const skip = async ({ emit }: PlanRun, { address }: BoundStepItem): Promise<void> =>
  emit.event({ type: 'step-finished', address, outcome: 'skipped', durationMs: 0, waitedMs: 0 });

/** How long it is waited for that everything inside a bracket can be judged. */
const doubtMs = 120_000;

/**
 * Whether the body has something to do is looked at now, not taken from the plan. What cannot be judged may turn out to
 * be needed a moment later, when it is too late to enter: it is waited for, and in doubt the bracket is entered.
 */
const needsEntering = async ({ session, stopping }: PlanRun, { body }: BoundBracket): Promise<boolean> => {
  const until = session.clock.now() + doubtMs;
  const steps = stepItems(body).map(({ step }) => step);
  for (;;) {
    const world = createWorld();
    await look(session, steps, world);
    const need = needOf(world, body);
    if (need !== 'unclear' || stopping() || session.clock.now() > until) return need !== 'none';
    await session.clock.sleep(1000);
  }
};

const runBracket = async (planRun: LaneRun, bracket: BoundBracket): Promise<LaneEnd> => {
  if (await needsEntering(planRun, bracket)) {
    const entered = await runOne(planRun, bracket.enter);
    if (entered.kind !== 'through')
      return bracket.onFailure === 'exit' && bracket.exit !== undefined
        ? leaveAllTheSame(planRun, bracket.exit, entered)
        : entered;
  } else await skip(planRun, bracket.enter);
  const end = await runItems(planRun, bracket.body);
  if (bracket.exit === undefined) return end;
  if (end.kind === 'through') return runOne(planRun, bracket.exit);
  return bracket.onFailure === 'exit' ? leaveAllTheSame(planRun, bracket.exit, end) : end;
};

/** What keeps it from being left is most likely what has stopped the body. */
const shortMs = 30_000;
const inShort = (item: BoundStepItem): BoundStepItem => {
  const { limits } = item.step;
  const pendingMs = Math.min(limits.pendingMs, shortMs);
  return { ...item, step: { ...item.step, limits: { ...limits, pendingMs } } };
};

/** What stopped the body is what is told; that the bracket could not be left either stands beside it. */
const leaveAllTheSame = async (planRun: LaneRun, exit: BoundStepItem, end: LaneEnd): Promise<LaneEnd> => {
  const { nodeTime: _over, ...unlimited } = planRun;
  const left = await runOne({ ...unlimited, stopping: () => false }, inShort(exit));
  if (left.kind !== 'failed') return end;
  if (end.kind !== 'failed') return left;
  const undone = `not done either: ${exit.step.title}${left.failure.node === undefined ? '' : ` (${left.failure.node})`}: ${left.failure.message}`;
  return { kind: 'failed', failure: { ...end.failure, state: [...end.failure.state, undone] } };
};

const runItems = async (planRun: LaneRun, items: readonly BoundItem[]): Promise<LaneEnd> => {
  for (const item of items) {
    const end = await (item.kind === 'step' ? runOne(planRun, item) : runBracket(planRun, item));
    if (end.kind !== 'through') return end;
  }
  return through;
};

const timeOf = ({ session, nodeTimeoutMs }: PlanRun, node: string | undefined): Pick<LaneRun, 'nodeTime'> =>
  node === undefined || nodeTimeoutMs === undefined
    ? {}
    : { nodeTime: new NodeTime(session.clock, node, nodeTimeoutMs) };

/** Lanes side by side up to the phase's limit; after a failure none is begun, those under way finish. */
const runPhase = async (planRun: PlanRun, phase: BoundPhase): Promise<LaneEnd> => {
  const limit = pLimit(phase.parallel);
  const ends: LaneEnd[] = [];
  const troubled = () => ends.some(({ kind }) => kind !== 'through');
  const { inHand } = planRun.session;
  const lane = async ({ node, items }: BoundLane): Promise<void> => {
    if (troubled()) return;
    const taken = node !== undefined && phase.parallel === 1 && !inHand.has(node);
    if (taken) inHand.add(node);
    try {
      ends.push(await runItems({ ...planRun, ...timeOf(planRun, node) }, items));
    } finally {
      if (taken) inHand.delete(node);
    }
  };
  if (planRun.stopping()) return { kind: 'stopped' };
  const lanes = await passOver(planRun.session, planRun.emit, phase);
  await Promise.all(lanes.map((each) => limit(() => lane(each))));
  return ends.find(({ kind }) => kind === 'failed') ?? ends.find(({ kind }) => kind === 'stopped') ?? through;
};

const isHalfDone = ({ touched, ownership }: Session): boolean => touched === true && ownership?.lost() === undefined;

/** Runs the phases in order and stops at the first that does not come through. */
export const runPlan = async (planRun: PlanRun): Promise<PlanResult> => {
  const { emit, phases } = planRun;
  for (const phase of phases) {
    await emit.event({ type: 'phase-started', phase: phase.name });
    const end = await runPhase(planRun, phase);
    await emit.event({ type: 'phase-finished', phase: phase.name });
    if (end.kind === 'failed')
      return { outcome: end.failure.kind, failure: end.failure, halfDone: isHalfDone(planRun.session) };
    if (end.kind === 'stopped') return { outcome: 'interrupted' };
  }
  return { outcome: 'done' };
};
