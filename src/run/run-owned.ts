import type { Failure, RunOutcome } from '../model/event.ts';
import type { Processes } from '../ports/processes.ts';
import { adopt, runningCommands } from './adopt.ts';
import { takeBaseline, writeBaseline } from './baseline.ts';
import type { Emit } from './emit.ts';
import type { KeptWish } from './kept-wish.ts';
import { holderText } from './lock/holder.ts';
import { wishAnnotation, writeLeftWish } from './lock/left-wish.ts';
import { ownCluster, versionsText, type OwnedCluster } from './lock/own-cluster.ts';
import { ownerText } from './lock/owner-text.ts';
import { watchLock, type Claim, type Watched } from './lock/watch-lock.ts';
import type { Prepared } from './prepare-plan.ts';
import { startProbes } from './probes.ts';
import { runPlan, type PlanResult, type PlanRun } from './run-plan.ts';
import type { Session } from './session.ts';

/** How a run becomes the owner of its cluster. */
export interface LockWishes {
  /** What was seen before the plan was made: nobody has the cluster, or its owner is gone. */
  readonly claim: Claim;
  readonly processes: Processes;
  /** Tells the operator what is being waited for. */
  readonly tell: (text: string) => void;
  /** What to type to see who owns the cluster. */
  readonly show: string;
}

/**
 * Whether to go on with a plan that was made anew: or how the run ends instead, or why it is refused; what must not stay
 * behind is done even so.
 */
export type Approval =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'end'; readonly outcome: RunOutcome }
  | { readonly kind: 'refused'; readonly failure: Failure };

export interface OwnedRun extends Omit<PlanRun, 'phases'> {
  readonly prepared: Prepared;
  readonly lock: LockWishes;
  readonly operator: { readonly user: string; readonly host: string };
  readonly nodeops: string;
  /** Kept for `nodeops resume`: here, and on the cluster. */
  readonly wish: KeptWish;
  /** Looks at everything anew, once the cluster is owned and nothing can move beneath it. */
  readonly prepare: () => Promise<Prepared>;
  /** Keeps how the cluster was before the first step. */
  readonly keepBaseline: (text: string) => Promise<void>;
  readonly approve: (fresh: Prepared) => Promise<Approval>;
}

const refusal = ({ session, lock, again }: OwnedRun, message: string): PlanResult => {
  const failure: Failure = {
    cluster: session.cluster.name,
    address: 'lease',
    step: 'lease',
    kind: 'blocked',
    message,
    state: ['no step was begun'],
    next: [`see who owns it: ${lock.show}`, `then go on with: ${again}`],
  };
  return { outcome: 'blocked', failure };
};

const whyNot = (session: Session, watched: Exclude<Watched, Claim>): string =>
  watched.kind === 'spoilt'
    ? watched.why
    : `${session.cluster.name} is owned by ${ownerText(watched.owner, session.clock.now())}: ${watched.why}`;

const notesOf = ({ run, operator, nodeops, prepared: { plan }, session }: OwnedRun) => ({
  'nodeops.dev/run': run,
  'nodeops.dev/playbook': plan.playbook,
  'nodeops.dev/parameters': JSON.stringify(plan.parameters),
  'nodeops.dev/operator': operator.user,
  'nodeops.dev/host': operator.host,
  'nodeops.dev/version': nodeops,
  'nodeops.dev/started': new Date(session.clock.now()).toISOString(),
  'nodeops.dev/versions-before': versionsText(plan.before.map(({ version }) => version)),
});

const leftWish = ({ run, operator: { user, host }, session, wish }: OwnedRun): string | undefined =>
  writeLeftWish(wish, { run, by: `${user}@${host}`, at: session.clock.now() });

/** What an earlier owner had begun goes on although its run is gone: it is waited for, and then seen again. */
const adoptLeft = async ({ lock }: OwnedRun, session: Session, emit: Emit): Promise<void> => {
  for (const running of await runningCommands(session)) {
    const { node, record } = running;
    lock.tell(`${node.name} still runs \`${record.line ?? record.unit}\` of run ${record.run}: attached`);
    await emit.event({ ...(await adopt(session, running, () => undefined)), type: 'command-adopted' });
  }
};

const runAsOwner = async (
  request: OwnedRun,
  { session }: OwnedCluster,
  begin: (prepared: Prepared) => Promise<void>,
): Promise<PlanResult> => {
  await adoptLeft(request, session, request.emit);
  const [fresh, before] = await Promise.all([request.prepare(), takeBaseline(session)]);
  await request.keepBaseline(writeBaseline(before));
  const approval = await request.approve(fresh);
  if (approval.kind === 'end') return { outcome: approval.outcome };
  const refused = approval.kind === 'refused' ? { refused: approval.failure } : {};
  await begin(fresh);
  const probes = await startProbes(session, request.emit);
  session.probes = probes;
  try {
    return await runPlan({ ...request, session, phases: fresh.phases, ...refused });
  } finally {
    await probes.end();
  }
};

/**
 * Becomes the owner of the cluster, waits for what still runs there, makes the plan anew and runs it; the cluster is
 * released whatever comes of it. `begin` is called with the plan that is run, before its first step.
 */
export const runOwned = async (
  request: OwnedRun,
  begin: (prepared: Prepared) => Promise<void>,
): Promise<PlanResult> => {
  const { session, emit, run, lock } = request;
  const wishes = { processes: lock.processes, waitMs: 0, tell: lock.tell, before: lock.claim };
  const watched = await watchLock(session, wishes);
  if (watched.kind !== 'claim') return refusal(request, whyNot(session, watched));
  const holder = holderText(request.operator, lock.processes.self());
  const wish = leftWish(request);
  const owned = await ownCluster({
    session,
    emit,
    run,
    holder,
    annotations: { ...notesOf(request), ...(wish === undefined ? {} : { [wishAnnotation]: wish }) },
    ...(wish === undefined ? {} : { wish }),
    claim: watched,
    show: lock.show,
  });
  if (owned.kind === 'refused') return refusal(request, owned.why);
  let outcome: RunOutcome = 'failed';
  try {
    const result = await runAsOwner(request, owned, begin);
    outcome = result.outcome;
    return result;
  } finally {
    await owned.release(outcome);
  }
};
