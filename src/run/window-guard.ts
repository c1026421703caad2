import { timeAhead } from '../facts/time-ahead.ts';
import { neverFits, opensNext, seeWindow, window as windowGate, windowName } from '../gates/window.ts';
import { allHosts } from '../model/cluster.ts';
import { roughly } from '../model/duration.ts';
import type { Failure } from '../model/event.ts';
import { timeIn, windowAt, type MaintenanceWindow } from '../model/maintenance-window.ts';
import { laneKey, type LaneTime } from '../model/time-ahead.ts';
import { foldPhases, foldPlan, type PlanInput } from '../plan/build-plan.ts';
import { laneTimes, rolesOf, stepTimes } from '../plan/estimate.ts';
import { createWorld } from '../plan/world.ts';
import { stepItems, stepsOfPhases, type BoundLane, type BoundPhase } from '../steps/bound.ts';
import type { BoundStep } from '../steps/step.ts';
import { describeState } from './describe-state.ts';
import { look } from './look.ts';
import { courseOf, type Session } from './session.ts';

export const isWindowGate = ({ id }: BoundStep): boolean => id === windowGate.id;

const gateIn = (phases: readonly BoundPhase[]): BoundStep | undefined => stepsOfPhases(phases).find(isWindowGate);

/** What only looks, fetches or tidies up needs no window: it is not even looked at for it. */
export const mayTouch = ({ items }: BoundLane): boolean =>
  stepItems(items).some(({ step }) => !step.assertion && !step.quiet);

const timesIn = (session: Session, phases: ReturnType<typeof foldPhases>['phases'], bound: readonly BoundPhase[]) => {
  const { cluster } = session;
  const roleOf = rolesOf(allHosts(cluster));
  const times = session.times ?? stepTimes({ runs: [], roleOf, drainTimeoutMs: cluster.drain.timeoutMs });
  return laneTimes(phases, bound, roleOf, times);
};

/**
 * Folds a plan; where its playbook asks for the maintenance window twice, since only a plan tells how long the rest
 * takes by which the window is judged.
 */
export const foldInTime = (session: Session, input: PlanInput): ReturnType<typeof foldPlan> => {
  const folded = foldPlan(input);
  const gate = gateIn(input.bound);
  if (gate === undefined) return folded;
  session.agenda.ahead = timesIn(session, folded.plan.phases, input.bound);
  const observed = { kind: 'value', value: courseOf(session), at: session.clock.now(), from: 'this run' } as const;
  input.world.set(gate.on, timeAhead, observed);
  return foldPlan(input);
};

/** For whoever looks at a plan: how the window stands, and how long the plan takes. */
export const windowLine = (session: Session, phases: readonly BoundPhase[]): readonly string[] => {
  const { window } = session.cluster;
  return window === undefined || gateIn(phases) === undefined ? [] : [seeWindow(window, courseOf(session)).notice];
};

/** Holds a run to the maintenance window, node by node. */
export interface WindowGuard {
  /**
   * Asked before a lane is begun: looks at what is to do in it now. Undefined where it may be begun, or needs nothing;
   * otherwise why the run stops here. A lane that was begun is never asked for again.
   */
  tooLate(phase: BoundPhase, lane: BoundLane): Promise<Failure | undefined>;
  /** It came to its end. */
  done(phase: BoundPhase, lane: BoundLane): void;
}

const laneNow = async (session: Session, phase: BoundPhase, lane: BoundLane): Promise<LaneTime | undefined> => {
  const world = createWorld();
  const bound = [{ ...phase, lanes: [lane] }];
  await look(
    session,
    stepItems(lane.items).map(({ step }) => step),
    world,
  );
  return timesIn(session, foldPhases(bound, world).phases, bound)[0];
};

/** Nodes of which something is left to begin, the one in question first. */
const remaining = (session: Session, here: LaneTime): readonly string[] => {
  const left = (courseOf(session).ahead ?? []).filter(({ touches }) => touches);
  return [...new Set([here, ...left].map(({ node, phase }) => node ?? phase))];
};

const stopBefore = async (
  session: Session,
  window: MaintenanceWindow,
  lane: LaneTime,
  goOn: readonly string[],
): Promise<Failure> => {
  const now = session.clock.now();
  const state = windowAt(window, now);
  const standing =
    state.kind === 'open'
      ? `is open until ${timeIn(window.timezone, state.until)}, and ${lane.node ?? lane.phase} may take ${roughly(lane.longMs)}`
      : `is closed (it is ${timeIn(window.timezone, now)} there)`;
  const touched = session.touched === true;
  return {
    cluster: session.cluster.name,
    ...(lane.node === undefined ? {} : { node: lane.node }),
    address: laneKey(lane),
    step: windowGate.id,
    kind: 'outside-window',
    message: `${windowName(window)} ${standing}: not begun`,
    state: [
      ...(touched ? [] : ['nothing was changed']),
      `not begun: ${remaining(session, lane).join(', ')}`,
      ...(await describeState(session, undefined)),
    ],
    next: [neverFits(window, lane) ?? opensNext(window, state.next), ...goOn],
  };
};

/** The guard of a run; undefined where its playbook does not ask for the window, or the operator ignores it. */
export const windowGuard = (
  session: Session,
  phases: readonly BoundPhase[],
  goOn: readonly string[],
): WindowGuard | undefined => {
  const { cluster, agenda, clock } = session;
  const { window } = cluster;
  const gate = gateIn(phases);
  if (window === undefined || gate === undefined || gate.with['ignoreWindow'] !== undefined) return undefined;
  return {
    async tooLate(phase, lane) {
      const now = mayTouch(lane) ? await laneNow(session, phase, lane) : undefined;
      if (now === undefined || !now.touches) return undefined;
      const state = windowAt(window, clock.now());
      const leftMs = state.kind === 'open' ? state.until - clock.now() : 0;
      return leftMs > 0 && now.longMs <= leftMs ? undefined : stopBefore(session, window, now, goOn);
    },
    done: ({ name: phase }, { node }) =>
      void agenda.done.add(laneKey(node === undefined ? { phase } : { phase, node })),
  };
};
