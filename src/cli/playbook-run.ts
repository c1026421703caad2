import { exitCode, UsageError } from '../model/errors.ts';
import type { Cluster, Node } from '../model/cluster.ts';
import type { RunOutcome } from '../model/event.ts';
import { allSteps, type Plan } from '../model/plan.ts';
import { failureText } from '../report/failure-text.ts';
import { paintFor } from '../report/paint.ts';
import { planText } from '../report/plan-text.ts';
import type { Playbook } from '../playbook/schema.ts';
import { createEmit } from '../run/emit.ts';
import { preparePlan, type Prepared } from '../run/prepare-plan.ts';
import { unreachableNodes } from '../run/reach.ts';
import { runPlan } from '../run/run-plan.ts';
import { createSession, type Session } from '../run/session.ts';
import type { OutputFormat, Parts } from './parts.ts';

export interface PlaybookOptions {
  readonly output: OutputFormat;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly acceptNewHostKeys?: boolean;
}

export interface ClusterWish {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
  readonly playbook: Playbook;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The command line that goes on with this: shown when a run stops. */
  readonly again: string;
}

const codeOf: Record<RunOutcome, number> = {
  done: exitCode.done,
  failed: exitCode.failed,
  blocked: exitCode.blocked,
  interrupted: exitCode.interrupted,
};

/** Nothing was begun: some node cannot be reached, or cannot be worked on as root. */
const tellUnreachable = async (parts: Parts, session: Session): Promise<boolean> => {
  const lost = await unreachableNodes(session);
  for (const { node, message, fix } of lost) parts.stderr.write(`${session.cluster.name}/${node}: ${message}\n    ${fix}\n`);
  return lost.length > 0;
};

const showPlan = (parts: Parts, plan: Plan, output: OutputFormat): void => {
  const text = output === 'json' ? `${JSON.stringify(plan)}\n` : planText(plan, paintFor(parts.stdout, parts.env));
  parts.stdout.write(text);
};

const blockedSteps = (plan: Plan) => allSteps(plan).filter(({ verdict }) => verdict.kind === 'blocked');

const tellBlocked = (parts: Parts, plan: Plan): void => {
  const seen = new Set<string>();
  for (const { node, verdict } of blockedSteps(plan)) {
    if (verdict.kind !== 'blocked' || seen.has(verdict.because)) continue;
    seen.add(verdict.because);
    const where = node === undefined ? plan.cluster : `${plan.cluster}/${node}`;
    parts.stderr.write(`${where}: blocked: ${verdict.because}\n    ${verdict.fix}\n`);
  }
  parts.stderr.write('Nothing was changed.\n');
};

/** A run in progress: the plan is on disk before the first event, the journal before each write. */
const execute = async (parts: Parts, session: Session, wish: ClusterWish, run: string, prepared: Prepared, options: PlaybookOptions): Promise<number> => {
  const { cluster } = wish;
  const ui = await parts.ui(options.output, run);
  const record = await (await parts.journals()).create(run);
  const clusterRecord = await record.cluster(cluster.name);
  await clusterRecord.writePlan(JSON.stringify(prepared.plan, undefined, 2));
  const emit = createEmit(cluster.name, parts.clock, clusterRecord, ui);
  ui.begin(prepared.plan);
  const begun = parts.clock.now();
  const { user, host } = parts.operator;
  const started = { type: 'run-started', run, playbook: wish.playbook.name, parameters: wish.parameters, operator: user, host, nodeops: parts.version } as const;
  await record.fleet.append({ at: begun, cluster: cluster.name, ...started });
  await emit.event(started);
  const result = await runPlan({ session, emit, run, phases: prepared.phases, again: wish.again, stopping: parts.stopping });
  const finished = { type: 'run-finished', durationMs: parts.clock.now() - begun, ...result } as const;
  await emit.event(finished);
  await record.fleet.append({ at: parts.clock.now(), cluster: cluster.name, ...finished });
  await ui.end();
  await record.close();
  if (options.output === 'text') {
    if (result.failure !== undefined) parts.stdout.write(failureText(result.failure, paintFor(parts.stdout, parts.env)));
    if (result.outcome === 'interrupted') parts.stdout.write(`Stopped between two steps. Go on with: ${wish.again}\n`);
    parts.stdout.write(`journal: ${clusterRecord.directory}\n`);
  }
  return codeOf[result.outcome];
};

const confirmed = async (parts: Parts, cluster: Cluster, options: PlaybookOptions): Promise<boolean> => {
  if (options.yes === true) return true;
  if (parts.stdout.isTTY !== true)
    throw new UsageError('there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only');
  return parts.prompt.confirm(`Begin with ${cluster.name}?`);
};

const runInSession = async (parts: Parts, session: Session, wish: ClusterWish, options: PlaybookOptions): Promise<number> => {
  if (await tellUnreachable(parts, session)) return exitCode.blocked;
  const run = parts.newRunId();
  const selection = { nodes: wish.nodes.map(({ name }) => name) };
  const prepared = await preparePlan(session, { playbook: wish.playbook, parameters: wish.parameters, selection, run });
  if (options.output === 'text' || options.dryRun === true) showPlan(parts, prepared.plan, options.output);
  if (blockedSteps(prepared.plan).length > 0) {
    tellBlocked(parts, prepared.plan);
    return exitCode.blocked;
  }
  if (options.dryRun === true) return exitCode.done;
  if (allSteps(prepared.plan).every(({ verdict }) => verdict.kind === 'satisfied')) {
    if (options.output === 'text') parts.stdout.write(`${wish.cluster.name}: nothing to do\n`);
    return exitCode.done;
  }
  if (!(await confirmed(parts, wish.cluster, options))) {
    parts.stdout.write('Nothing was changed.\n');
    return exitCode.done;
  }
  return execute(parts, session, wish, run, prepared, options);
};

const tellCounters = (parts: Parts, session: Session): void => {
  const { reads, scratches, writes, roundTrips } = session.transport.counters();
  parts.stderr.write(`${session.cluster.name}: ${roundTrips} round trips: ${reads} reads, ${scratches} in scratch directories, ${writes} writes\n`);
};

/** Runs a playbook on one cluster after the other and returns the worst exit code. */
export const runPlaybook = async (parts: Parts, wishes: readonly ClusterWish[], options: PlaybookOptions): Promise<number> => {
  let worst: number = exitCode.done;
  for (const wish of wishes) {
    const wanted = { refuseWrites: options.dryRun === true, acceptNewHostKeys: options.acceptNewHostKeys === true };
    const transport = await parts.transport(wanted);
    const session = createSession({ cluster: wish.cluster, transport, clock: parts.clock, artifacts: await parts.artifacts() });
    try {
      worst = Math.max(worst, await runInSession(parts, session, wish, options));
      tellCounters(parts, session);
    } finally {
      await transport.close();
    }
  }
  return worst;
};
