import pLimit from 'p-limit';
import type { Failure, RunOutcome } from '../model/event.ts';
import {
  phaseAfter,
  type BoundBracket,
  type BoundItem,
  type BoundLane,
  type BoundPhase,
  type BoundStepItem,
} from '../steps/bound.ts';
import { goOn, toFailure } from './describe-failure.ts';
import type { Emit } from './emit.ts';
import { through, withAfterwards, withBeside, type LaneEnd } from './lane-end.ts';
import { needsEntering } from './needs-entering.ts';
import { NodeTime } from './node-time.ts';
import { passOver } from './pass-over.ts';
import { pauseGuard, type PauseGuard } from './pause-guard.ts';
import { looksAtOthers, oldAfterMs, runStep } from './run-step.ts';
import type { StepTrouble } from './step-result.ts';
import type { PlanGuard } from './plan-guard.ts';
import type { Session } from './session.ts';
import { windowGuard, type WindowGuard } from './window-guard.ts';

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
  /** Why no further node is to be begun for now; undefined where it may. */
  readonly paused?: () => string | undefined;
  /** Holds each step to a saved plan. */
  readonly guard?: PlanGuard;
  /** Why nothing of it is done but what always follows; missing where it is gone through. */
  readonly refused?: Failure;
  /** What a node may take in one phase; missing where it is as long as it takes. */
  readonly nodeTimeoutMs?: number;
}

/** With what may keep it from beginning a node. */
interface HeldRun extends PlanRun {
  readonly pause?: PauseGuard;
  readonly window?: WindowGuard;
}

/** A lane of it. */
interface LaneRun extends PlanRun {
  readonly nodeTime?: NodeTime;
  /** What says how the other nodes are, of the brackets around. */
  readonly ofOthers?: readonly BoundStepItem[];
}

export interface PlanResult {
  readonly outcome: RunOutcome;
  readonly failure?: Failure;
  /** It has written something, and still owned its cluster when it stopped. */
  readonly halfDone?: boolean;
}

/** Looks at the other nodes anew, until all of that was seen within a moment, or somebody has to be waited for in vain. */
const seeOthers = async (planRun: LaneRun): Promise<LaneEnd> => {
  const { ofOthers = [], session, ...others } = planRun;
  for (let looks = 0; looks < looksAtOthers; looks += 1) {
    const began = session.clock.now();
    const end = await runItems({ ...others, session }, ofOthers);
    if (end.kind !== 'through' || session.clock.now() - began <= oldAfterMs) return end;
  }
  return through;
};

const runOne = async (planRun: LaneRun, item: BoundStepItem): Promise<LaneEnd> => {
  const { session, emit, run, stopping, guard, nodeTime, ofOthers = [] } = planRun;
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
  let others: LaneEnd = through;
  const asked = async (): Promise<boolean> => (others = await seeOthers(planRun)).kind === 'through';
  const beside = ofOthers.length === 0 ? {} : { seeOthers: asked };
  const result = await runStep({ session, emit, run, address, step, stopping, ...held, ...limited, ...beside });
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
  if (result.kind === 'others-unwell') return others;
  const failure = await toFailure(planRun, item, result.trouble);
  await emit.event({ type: 'step-failed', address, durationMs, failure });
  return { kind: 'failed', failure };
};

const skip = async ({ emit }: PlanRun, { address }: BoundStepItem): Promise<void> =>
  emit.event({ type: 'step-finished', address, outcome: 'skipped', durationMs: 0, waitedMs: 0 });

/** What says how the others are inside a bracket: of two that ask the same, the one that asked last. */
const othersInside = ({ ofOthers = [] }: LaneRun, { ofOthers: asks, enter }: BoundBracket): readonly BoundStepItem[] =>
  asks === true ? [...ofOthers.filter(({ step }) => step.id !== enter.step.id), enter] : ofOthers;

const runBracket = async (planRun: LaneRun, bracket: BoundBracket): Promise<LaneEnd> => {
  const { ofOthers = [], ...alone } = planRun;
  const { clock } = planRun.session;
  const inside: LaneRun = { ...alone, ofOthers: othersInside(planRun, bracket) };
  const seeIfOld = async (lane: LaneRun, since: number): Promise<LaneEnd> =>
    ofOthers.length > 0 && clock.now() - since > oldAfterMs ? seeOthers(lane) : through;
  const enter = async (): Promise<LaneEnd> => {
    const entering = clock.now();
    const entered = await runOne(planRun, bracket.enter);
    return entered.kind === 'through' ? seeIfOld(inside, entering) : entered;
  };
  const began = clock.now();
  if (await needsEntering(planRun, bracket)) {
    const others = await seeIfOld(planRun, began);
    if (others.kind !== 'through') return others;
    const entered = await enter();
    if (entered.kind !== 'through') return leaveUnfinished(planRun, bracket, entered);
  } else await skip(planRun, bracket.enter);
  const end = await runItems(inside, bracket.body);
  if (bracket.exit === undefined) return end;
  const left = end.kind === 'through' ? await runOne(alone, bracket.exit) : end;
  // An exit that failed has had its turn.
  return end.kind === 'through' && left.kind === 'failed' ? left : leaveUnfinished(planRun, bracket, left);
};

/** Where the bracket says so it is left all the same, and told what came of its body. */
const leaveUnfinished = async (
  planRun: LaneRun,
  { exit, onFailure, instead }: BoundBracket,
  end: LaneEnd,
): Promise<LaneEnd> =>
  onFailure !== 'exit' || exit === undefined || end.kind === 'through'
    ? end
    : leaveAllTheSame(planRun, instead?.[end.kind] ?? exit, end);

/** What keeps it from being left is most likely what has stopped the body. */
const shortMs = 30_000;
const inShort = (item: BoundStepItem): BoundStepItem => {
  const { limits } = item.step;
  const pendingMs = Math.min(limits.pendingMs, shortMs);
  return { ...item, step: { ...item.step, limits: { ...limits, pendingMs } } };
};

const leaveAllTheSame = async (planRun: LaneRun, exit: BoundStepItem, end: LaneEnd): Promise<LaneEnd> => {
  const { nodeTime: _over, ...unlimited } = planRun;
  const left = await runOne({ ...unlimited, stopping: () => false }, inShort(exit));
  return withAfterwards(end, left, exit.step.title);
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
const runPhase = async (planRun: HeldRun, phase: BoundPhase): Promise<LaneEnd> => {
  const limit = pLimit(phase.parallel);
  const ends: LaneEnd[] = [];
  const troubled = () => ends.some(({ kind }) => kind !== 'through');
  const { inHand } = planRun.session;
  const lane = async (each: BoundLane): Promise<void> => {
    const { node, items } = each;
    await planRun.pause?.passed(each);
    if (troubled()) return;
    const failure = await planRun.window?.tooLate(phase, each);
    if (failure !== undefined) {
      ends.push({ kind: 'failed', failure });
      return;
    }
    const taken = node !== undefined && phase.parallel === 1 && !inHand.has(node);
    if (taken) inHand.add(node);
    try {
      const end = await runItems({ ...planRun, ...timeOf(planRun, node) }, items);
      if (end.kind === 'through') planRun.window?.done(phase, each);
      ends.push(end);
    } finally {
      if (taken) inHand.delete(node);
    }
  };
  if (planRun.stopping()) return { kind: 'stopped' };
  const lanes = await passOver(planRun.session, planRun.emit, phase);
  await Promise.all(lanes.map((each) => limit(() => lane(each))));
  const failed = ends.filter((end) => end.kind === 'failed');
  // A node that failed in hand says more than that there was no time for another one.
  const gravest = failed.find(({ failure }) => failure.kind !== 'outside-window') ?? failed[0];
  if (gravest !== undefined) return withBeside(gravest.failure, failed);
  return ends.find(({ kind }) => kind === 'stopped') ?? through;
};

const isHalfDone = ({ touched, ownership }: Session): boolean => touched === true && ownership?.lost() === undefined;

/** Without time for more nothing is half-done: what was begun came to its end. */
const failedResult = (session: Session, failure: Failure): PlanResult =>
  failure.kind === 'outside-window'
    ? { outcome: failure.kind, failure }
    : { outcome: failure.kind, failure, halfDone: isHalfDone(session) };

const runPhaseTold = async (planRun: HeldRun, phase: BoundPhase): Promise<LaneEnd> => {
  await planRun.emit.event({ type: 'phase-started', phase: phase.name });
  const end = await runPhase(planRun, phase);
  await planRun.emit.event({ type: 'phase-finished', phase: phase.name });
  return end;
};

/** What always follows is not stopped, and not paused either. */
const toTheEnd = ({ pause: _pause, ...held }: HeldRun): HeldRun => ({ ...held, stopping: () => false });

/** Runs the phases in order and stops at the first that does not come through, but for those that always follow. */
export const runPlan = async (planRun: PlanRun): Promise<PlanResult> => {
  const { phases, session, refused } = planRun;
  const window = windowGuard(session, phases, goOn(planRun));
  const held: HeldRun = { ...planRun, pause: pauseGuard(planRun), ...(window === undefined ? {} : { window }) };
  let end: LaneEnd = refused === undefined ? through : { kind: 'failed', failure: refused };
  for (const phase of phases) {
    if (phase.always === true)
      end = withAfterwards(end, await runPhaseTold(toTheEnd(held), phaseAfter(phase, end.kind)), phase.name);
    else if (end.kind === 'through') end = await runPhaseTold(held, phase);
  }
  if (end.kind === 'failed') return failedResult(session, end.failure);
  return { outcome: end.kind === 'stopped' ? 'interrupted' : 'done' };
};
