import type { Action } from '../model/action.ts';
import type { CommandResult } from '../model/command.ts';
import { succeeded } from '../model/exit.ts';
import { blocked, type Verdict } from '../model/verdict.ts';
import type { FactPlace } from '../facts/fact.ts';
import type { StepDrift } from '../model/drift.ts';
import { createWorld } from '../plan/world.ts';
import { judge } from '../steps/see.ts';
import type { BoundStep } from '../steps/step.ts';
import type { Emit } from './emit.ts';
import { look } from './look.ts';
import { performAll, type Performance, type Performed } from './perform.ts';
import type { TimeLeft } from './node-time.ts';
import type { PlanGuard, Reached } from './plan-guard.ts';
import type { Session } from './session.ts';
import {
  drifted,
  outOfTime,
  standsInTheWay,
  trouble,
  waitedTooLong,
  whyUnreached,
  type StepResult,
} from './step-result.ts';

export interface StepRun {
  readonly session: Session;
  readonly emit: Emit;
  readonly run: string;
  readonly address: string;
  readonly step: BoundStep;
  /** True once the operator asked to stop: what only waits then no longer does. */
  readonly stopping?: () => boolean;
  /** Holds the step to a saved plan. */
  readonly guard?: PlanGuard;
  /**
   * Looks again at how the other nodes are, where what was seen of them before this step is old by now; false where that
   * is no longer so that anything may be touched.
   */
  readonly seeOthers?: () => Promise<boolean>;
  /** How long it may wait beside its own limits; missing where these are all. */
  readonly timeLeft?: TimeLeft;
}

/** Who asks a node that has just gone waits for ten seconds and more: what was seen before that is old. */
export const oldAfterMs = 10_000;
/** So often they are looked at again at most. */
export const looksAtOthers = 5;

/** How long the effect of a command that ended well may take to be seen. */
const settleMs = 30_000;
const shortestPauseMs = 200;
const longestPauseMs = 1000;

interface Glimpse {
  readonly verdict: Verdict;
  readonly seen?: Readonly<Record<string, unknown>>;
  readonly place: FactPlace;
  /** Missing where the run no longer looks. */
  readonly lookup?: Reached['lookup'];
}

const nowhere: FactPlace = { node: '', apiServer: '' };

/** A run that lost its cluster does not even look any more. */
const glimpse = async ({ session, step }: StepRun): Promise<Glimpse> => {
  const { ownership } = session;
  const lost = ownership?.lost();
  if (ownership !== undefined && lost !== undefined)
    return { verdict: blocked(lost, ownership.advice), place: nowhere };
  const world = createWorld();
  const place = await look(session, [step], world);
  const lookup = (fact: Parameters<Reached['lookup']>[0]) => world.get(step.on, fact);
  return { ...judge(step, lookup), place, lookup };
};

const worthAnotherTry = (result: CommandResult | undefined, attempt: number, attempts: number): boolean => {
  if (result?.exit.kind !== 'unknown') return attempt < attempts;
  // What is still under way must not be begun a second time beside it.
  if (result.exit.inFlight === true) return false;
  // After an unknown exit the state has just been observed again, so that repeating is safe, but not for ever.
  return attempt < attempts + 2;
};

/** Its turn at looking, while it has one. */
interface Held {
  giveBack(): void;
}

const withoutTurn = (): void => undefined;

const performanceOf = ({ session, emit, run, address, step, timeLeft }: StepRun, held: Held): Performance => {
  const { version } = step.with;
  const aim = typeof version === 'string' ? { version } : {};
  const firstDone = (): void => held.giveBack();
  const limited = timeLeft === undefined ? {} : { until: timeLeft.until };
  return { session, emit, run, address, step: step.id, ...aim, ...limited, attempt: 0, waitedMs: 0, firstDone };
};

/** What has written already, or takes nothing that others count, keeps nobody from looking. */
const lookInTurn = async (stepRun: StepRun, attempt: number, held: Held): Promise<Glimpse> => {
  const { session, step } = stepRun;
  if (step.inTurn === undefined || attempt > 0) return glimpse(stepRun);
  held.giveBack = await session.turn();
  const seen = await glimpse(stepRun);
  if (seen.verdict.kind !== 'needed' || seen.seen === undefined || !step.inTurn(seen.seen)) held.giveBack();
  return seen;
};

/**
 * Where it took so long to find out that there is something to do that what is known of the others is old, they are looked
 * at before it is done anew.
 */
const lookBesideOthers = async (
  stepRun: StepRun,
  attempt: number,
  held: Held,
  others: { seenAt: number },
): Promise<Glimpse | 'others-unwell'> => {
  const { session, seeOthers } = stepRun;
  for (let looks = 0; ; looks += 1) {
    const seen = await lookInTurn(stepRun, attempt, held);
    const isOld = session.clock.now() - others.seenAt > oldAfterMs && seen.verdict.kind === 'needed' && attempt === 0;
    // Where every look takes long, the next one will too.
    if (!isOld || seeOthers === undefined || looks === looksAtOthers) return seen;
    held.giveBack();
    if (!(await seeOthers())) return 'others-unwell';
    others.seenAt = session.clock.now();
  }
};

const reached = ({ attempt, waitedMs }: Performance): StepResult => ({
  kind: 'reached',
  outcome: attempt === 0 ? 'satisfied' : 'done',
  waitedMs,
});

const takesLong = (actions: readonly Action[]): boolean =>
  actions.some((action) => action.do === 'exec' && action.command.lifetime === 'detached');

const isOver = (timeLeft: TimeLeft | undefined, now: number): timeLeft is TimeLeft =>
  timeLeft !== undefined && now > timeLeft.until;

/** A verdict is told when it is another one. */
const teller = ({ emit, address }: StepRun): ((verdict: Verdict) => Promise<void>) => {
  let told = '';
  return async (verdict) => {
    if (told === JSON.stringify(verdict)) return;
    told = JSON.stringify(verdict);
    await emit.event({ type: 'step-observed', address, verdict });
  };
};

const driftOf = ({ guard, address, step }: StepRun, { verdict, lookup }: Glimpse): StepDrift | undefined =>
  lookup === undefined ? undefined : guard?.({ address, step, verdict, lookup });

const bringToAim = async (stepRun: StepRun, held: Held): Promise<StepResult> => {
  const { session, step, stopping, timeLeft } = stepRun;
  const performance = performanceOf(stepRun, held);
  const tell = teller(stepRun);
  const others = { seenAt: session.clock.now() };
  let patience = session.clock.now() + step.limits.pendingMs;
  let settled = 0;
  let pause = shortestPauseMs;
  let performed: Performed | undefined;
  for (;;) {
    const turn = session.clock.now();
    const looked = await lookBesideOthers(stepRun, performance.attempt, held, others);
    if (looked === 'others-unwell') return { kind: looked };
    const { verdict, seen, place } = looked;
    await tell(verdict);
    const drift = performance.attempt > 0 ? undefined : driftOf(stepRun, looked);
    if (drift !== undefined) return drifted(drift);
    const now = session.clock.now();
    switch (verdict.kind) {
      case 'satisfied':
        return reached(performance);
      case 'blocked':
        return standsInTheWay(verdict, performed);
      case 'pending':
        if (isOver(timeLeft, now)) return outOfTime(timeLeft, `waiting for ${verdict.waitingFor}`, performed);
        if (now > patience) return waitedTooLong(step, verdict, performed);
        break;
      case 'needed': {
        if (performed !== undefined && succeeded(performed.result.exit) && now < settled) break;
        if (seen === undefined || !worthAnotherTry(performed?.result, performance.attempt, step.limits.attempts))
          return trouble('failed', whyUnreached(performed, verdict), performed);
        const actions = step.apply(seen, place);
        if (isOver(timeLeft, now) && takesLong(actions))
          return outOfTime(timeLeft, `not begun: ${verdict.changes.join(', ')}`, performed);
        performance.attempt += 1;
        if (!step.preparing) session.touched = true;
        performed = await performAll(performance, actions);
        settled = session.clock.now() + settleMs;
        patience = session.clock.now() + step.limits.pendingMs;
        pause = shortestPauseMs;
        continue;
      }
    }
    // What has written nothing yet has no step in hand to finish.
    if (performance.attempt === 0 && stopping?.() === true) return { kind: 'stopped' };
    await session.clock.sleep(pause);
    pause = Math.min(pause * 1.5, longestPauseMs);
    performance.waitedMs += session.clock.now() - turn;
  }
};

/**
 * Brings one step to its aim: observe, check, apply, and observe again, until satisfied, blocked, or a limit. What was
 * seen is the only truth: a command that ended well proves nothing, one that ended badly may have done its work.
 */
export const runStep = async (stepRun: StepRun): Promise<StepResult> => {
  const held: Held = { giveBack: withoutTurn };
  try {
    return await bringToAim(stepRun, held);
  } finally {
    held.giveBack();
  }
};
