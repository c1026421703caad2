import type { Action } from '../model/action.ts';
import type { CommandResult } from '../model/command.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import type { StepOutcome } from '../model/event.ts';
import { blocked, blocksOf, type Verdict } from '../model/verdict.ts';
import type { FactPlace } from '../facts/fact.ts';
import { driftMessage, type StepDrift } from '../model/drift.ts';
import { createWorld } from '../plan/world.ts';
import { judge } from '../steps/see.ts';
import type { BoundStep } from '../steps/step.ts';
import type { Emit } from './emit.ts';
import { look } from './look.ts';
import { performAll, type Performance, type Performed } from './perform.ts';
import type { TimeLeft } from './node-time.ts';
import type { PlanGuard, Reached } from './plan-guard.ts';
import type { Session } from './session.ts';
import { tellingLine } from './telling-line.ts';

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
  /** How long it may wait beside its own limits; missing where these are all. */
  readonly timeLeft?: TimeLeft;
}

/** Why a step did not reach its aim; `run-plan` adds the cluster's state and what to do next. */
export interface StepTrouble {
  readonly kind: 'failed' | 'blocked' | 'drift';
  readonly message: string;
  readonly fix?: string;
  readonly performed?: Performed;
  readonly drift?: StepDrift;
}

export type StepResult =
  | { readonly kind: 'reached'; readonly outcome: StepOutcome; readonly waitedMs: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'trouble'; readonly trouble: StepTrouble };

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

const describeFailure = (performed: Performed | undefined, verdict: Verdict): string => {
  const left = verdict.kind === 'needed' ? verdict.changes.join(', ') : '';
  if (performed === undefined) return `not reached: ${left}`;
  if (succeeded(performed.result.exit)) return `the command ended well, but what it is for cannot be seen: ${left}`;
  return `${describeExit(performed.result.exit)} on ${performed.node}: ${tellingLine(performed.result)}`;
};

const worthAnotherTry = (result: CommandResult | undefined, attempt: number, attempts: number): boolean => {
  if (result?.exit.kind !== 'unknown') return attempt < attempts;
  // What is still under way must not be begun a second time beside it.
  if (result.exit.inFlight === true) return false;
  // After an unknown exit the state has just been observed again, so that repeating is safe, but not for ever.
  return attempt < attempts + 2;
};

const trouble = (kind: StepTrouble['kind'], message: string, performed?: Performed, fix?: string): StepResult => ({
  kind: 'trouble',
  trouble: {
    kind,
    message,
    ...(fix === undefined ? {} : { fix }),
    ...(performed === undefined ? {} : { performed }),
  },
});

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

const reached = ({ attempt, waitedMs }: Performance): StepResult => ({
  kind: 'reached',
  outcome: attempt === 0 ? 'satisfied' : 'done',
  waitedMs,
});

const waitedTooLong = (
  { limits }: BoundStep,
  { waitingFor, fix }: Extract<Verdict, { kind: 'pending' }>,
  performed: Performed | undefined,
): StepResult =>
  trouble(
    fix === undefined ? 'failed' : 'blocked',
    limits.pendingMs === 0
      ? waitingFor
      : `still waiting after ${Math.round(limits.pendingMs / 1000)} s for: ${waitingFor}`,
    performed,
    fix,
  );

const takesLong = (actions: readonly Action[]): boolean =>
  actions.some((action) => action.do === 'exec' && action.command.lifetime === 'detached');

const isOver = (timeLeft: TimeLeft | undefined, now: number): timeLeft is TimeLeft =>
  timeLeft !== undefined && now > timeLeft.until;

const outOfTime = ({ over }: TimeLeft, what: string, performed: Performed | undefined): StepResult =>
  trouble('failed', `${over}: ${what}`, performed, 'see what holds it up, or allow more with --node-timeout');

const standsInTheWay = (
  verdict: Extract<Verdict, { kind: 'blocked' }>,
  performed: Performed | undefined,
): StepResult => {
  const all = blocksOf(verdict).map(({ because }) => because);
  return trouble('blocked', all.join('\n'), performed, verdict.fix);
};

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

const drifted = (drift: StepDrift): StepResult => ({
  kind: 'trouble',
  trouble: { kind: 'drift', message: driftMessage(drift), drift },
});

const bringToAim = async (stepRun: StepRun, held: Held): Promise<StepResult> => {
  const { session, step, stopping, timeLeft } = stepRun;
  const performance = performanceOf(stepRun, held);
  const tell = teller(stepRun);
  let patience = session.clock.now() + step.limits.pendingMs;
  let settled = 0;
  let pause = shortestPauseMs;
  let performed: Performed | undefined;
  for (;;) {
    const turn = session.clock.now();
    const looked = await lookInTurn(stepRun, performance.attempt, held);
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
          return trouble('failed', describeFailure(performed, verdict), performed);
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
