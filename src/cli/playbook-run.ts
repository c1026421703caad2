import { exitCode, worse } from '../model/errors.ts';
import { allSteps } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import type { ToSave } from '../plan/saved-plan.ts';
import { bindWish, preparePlan } from '../run/prepare-plan.ts';
import type { Claim } from '../run/lock/watch-lock.ts';
import { recordRun, type RunRequest } from '../run/record-run.ts';
import { nodeTimeoutOf } from '../run/run-settings.ts';
import { createSession, type Session } from '../run/session.ts';
import { adoptRunning } from './adopt-running.ts';
import { nodeNames, planWish, type ClusterWish } from './cluster-wish.ts';
import { holdToPlan } from './held-plan.ts';
import { codeOfObstacles, obstaclesOf, onlyWindow, type Obstacle } from './obstacles.ts';
import { approveFresh, findClaim, lockCommand, refusalOf, waitForLock } from './ownership.ts';
import { whereBack, wishOfWayBack } from './on-failure.ts';
import { codeOf } from './outcome-code.ts';
import type { Parts } from './parts.ts';
import { consentOf, keptWish } from './kept-consent.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { leftOpen } from './left-open.ts';
import { checkWebhooks, settleWebhooks } from './notify.ts';
import { checkMetricsFile, openMetering } from './metering.ts';
import { reached, tellObstacles } from './reached.ts';
import { checkWaves, runSideBySide } from './fleet-run.ts';
import type { SettledOptions } from './side-by-side.ts';
import { runView } from './run-view.ts';
import { steeringOf } from './steering.ts';
import { showPlan, tellResult } from './tell-run.ts';
import { checkCheckSecrets } from './wave-checks.ts';
import { ignoring, pastTimes } from './window.ts';
import { askConsent, checkConsent } from './protection.ts';

interface Ended {
  readonly code: number;
  /** Where the cluster is to go back to. */
  readonly backTo?: Version;
}

type Ready = Pick<RunRequest, 'session' | 'run' | 'prepared' | 'prepare' | 'adopted' | 'guard'> & {
  readonly claim: Claim;
  /** What stands in the way of the plan, where only what an earlier run left behind is seen to. */
  readonly obstacles: readonly Obstacle[];
};

/** Asks, becomes the owner of the cluster, and runs the plan, with its record. */
const confirmAndRun = async (
  parts: Parts,
  wish: ClusterWish,
  { settled, ...options }: SettledOptions,
  { claim, obstacles, ...ready }: Ready,
): Promise<Ended> => {
  const { mode } = wish.playbook;
  const confirmedBy = settled?.confirmedBy ?? (await askConsent(parts, wish.cluster, options, mode));
  if (confirmedBy === undefined || parts.stopping()) {
    parts.stdout.write('Nothing was changed.\n');
    if (confirmedBy !== undefined) return { code: exitCode.interrupted };
    return { code: wish.cluster.protected || mode === 'outage' ? exitCode.usage : exitCode.done };
  }
  const nodeTimeoutMs = nodeTimeoutOf(planWish(wish, nodeNames(wish), ready.run));
  const steering = steeringOf(await parts.controls(), ready.run);
  const part = { cluster: wish.cluster.name, wave: wish.cluster.wave?.name };
  const stoppedBy = () => steering.stoppedBy(part);
  const recorded = await recordRun({
    ...ready,
    approve:
      obstacles.length === 0
        ? approveFresh(parts, ready.session, ready.prepared, { ...options, again: wish.again })
        : async () => ({ kind: 'refused', failure: refusalOf(wish.cluster, obstacles, wish.again) }),
    lock: {
      claim,
      processes: parts.processes,
      tell: (text) => void parts.stderr.write(`${text}\n`),
      show: lockCommand('show', wish.cluster.name, options.inventory),
    },
    again: wish.again,
    ...(nodeTimeoutMs === undefined ? {} : { nodeTimeoutMs }),
    journals: await parts.journals(),
    ui: await runView(parts, wish, { run: ready.run, plan: ready.prepared.plan }, options),
    stopping: () => parts.stopping() || stoppedBy() !== undefined,
    stoppedBy,
    paused: () => steering.pausedBy(part),
    operator: parts.operator,
    nodeops: parts.version,
    wish: keptWish(wish),
    consent: { ...consentOf(wish, options, confirmedBy), ...settled, confirmedBy },
  });
  if (options.output === 'text') tellResult(parts, recorded, wish.again, settled !== undefined);
  const backTo = await whereBack(parts, ready.session, wish, recorded);
  return { code: codeOf[recorded.result.outcome], ...(backTo === undefined ? {} : { backTo }) };
};

/** Nothing of the plan is begun, but for what must not stay behind. */
const seeToLeftBehind = async (
  parts: Parts,
  wish: ClusterWish,
  options: SettledOptions,
  ready: Ready,
): Promise<Ended> => {
  const { leftBehind } = ready.prepared;
  parts.stderr.write(
    `${wish.cluster.name}: something stands in the way; what an earlier run left behind is seen to all the same: ${leftBehind.join('; ')}\n`,
  );
  return confirmAndRun(parts, wish, options, ready);
};

const runInSession = async (
  parts: Parts,
  whole: Session,
  asked: ClusterWish,
  options: SettledOptions,
): Promise<Ended> => {
  const found = await reached(parts, whole, asked);
  if (found === undefined) return { code: exitCode.blocked };
  const { session, wish } = found;
  const dryRun = options.dryRun === true;
  // Who is about to begin wants to know of another owner before a plan is shown, one who only looks does not.
  const claim = dryRun && options.settled === undefined ? undefined : await findClaim(parts, session, options);
  if (claim !== undefined && 'code' in claim) return { code: claim.code };
  const adopted = await adoptRunning(parts, session, dryRun);
  const run = parts.newRunId();
  const prepare = () => preparePlan(session, planWish(wish, nodeNames(wish), run));
  const prepared = await prepare();
  const toSave: ToSave = { ...wish, ...prepared, waivers: wish.asked.waivers, nodes: nodeNames(wish), run };
  const { output } = options;
  const hold = wish.held && holdToPlan(parts, wish.held, { toSave, prepared, again: wish.again, output });
  if (hold !== undefined && 'stop' in hold) return { code: hold.stop };
  const obstacles = obstaclesOf(prepared.plan);
  if (dryRun || (options.output === 'text' && obstacles.length === 0 && options.settled === undefined))
    showPlan(parts, prepared.plan, options.output);
  const ready = { session, run, prepared, prepare, adopted, obstacles, ...hold };
  if (obstacles.length > 0) {
    if (claim !== undefined && !dryRun && prepared.leftBehind.length > 0)
      return seeToLeftBehind(parts, wish, options, { ...ready, claim });
    tellObstacles(parts, wish.cluster, obstacles);
    // What is looked at beforehand is for a time to come: a plan may be kept outside of the window.
    if (dryRun && onlyWindow(obstacles)) wish.keep?.(toSave);
    return { code: codeOfObstacles(obstacles) };
  }
  const idle = allSteps(prepared.plan).every(({ verdict }) => verdict.kind === 'satisfied');
  const open = idle && claim !== undefined ? leftOpen(claim, wish) : undefined;
  if (dryRun || claim === undefined) {
    wish.keep?.(toSave, open);
    return { code: exitCode.done };
  }
  if (idle && open === undefined) {
    if (options.output === 'text') parts.stdout.write(`${wish.cluster.name}: nothing to do\n`);
    return { code: exitCode.done };
  }
  if (open !== undefined)
    parts.stderr.write(
      `${wish.cluster.name}: nothing to do; the run ${open}, which did not come to its end, is closed\n`,
    );
  return confirmAndRun(parts, wish, options, { ...ready, claim });
};

/** How much was asked and written, on stderr. */
export const tellCounters = (parts: Parts, session: Session): void => {
  const { reads, scratches, writes, roundTrips } = session.transport.counters();
  parts.stderr.write(
    `${session.cluster.name}: ${roundTrips} round trips: ${reads} reads, ${scratches} in scratch directories, ${writes} writes\n`,
  );
};

/** What can be refused is refused before any cluster is connected to. @throws UsageError */
const refuseEarly = (parts: Parts, wishes: readonly ClusterWish[], options: PlaybookOptions): void => {
  waitForLock(options);
  checkWaves(wishes, options);
  for (const wish of wishes) bindWish(wish.cluster, planWish(wish, nodeNames(wish), 'none'));
  if (options.dryRun === true) return;
  const clusters = wishes.map(({ cluster }) => cluster);
  checkWebhooks(parts, clusters);
  checkCheckSecrets(parts, clusters);
  checkConsent(parts, clusters, options, wishes[0]?.playbook.mode);
};

const runOne = async (parts: Parts, wish: ClusterWish, options: SettledOptions): Promise<Ended> => {
  const wanted = { refuseWrites: options.dryRun === true, acceptNewHostKeys: options.acceptNewHostKeys === true };
  const transport = await parts.transport(wanted);
  const session = createSession({
    cluster: wish.cluster,
    // There is no API either whose lease could count.
    outage: wish.playbook.mode !== 'rolling',
    transport,
    clock: parts.clock,
    entropy: parts.entropy,
    artifacts: await parts.artifacts(),
    ...(await pastTimes(parts, wish)),
    ...(parts.prober === undefined ? {} : { prober: parts.prober }),
    storage: async () => ({
      places: await parts.backupPlaces(wanted),
      cipher: await parts.cipher(),
      local: await parts.localCommands(),
      nodeops: parts.version,
    }),
  });
  // What it answers may be another cluster's: it is asked last, for as long as it is not mended.
  const { node } = wish.parameters;
  if (typeof node === 'string') session.inHand.add(node);
  try {
    const ended = await runInSession(parts, session, wish, options);
    // Of many clusters that would be many lines; a dry run proves by it that it wrote nothing.
    if (options.settled === undefined) tellCounters(parts, session);
    return ended;
  } finally {
    await transport.close();
  }
};

/** Goes back where that was asked for: who said yes to the upgrade has said yes to it. */
export const runAndGoBack = async (parts: Parts, wish: ClusterWish, options: SettledOptions): Promise<number> => {
  const { code, backTo } = await runOne(parts, wish, options);
  if (backTo === undefined) return code;
  const { settled: _settled, ...rest } = options;
  const consent = { yes: true, confirm: [wish.cluster.name] };
  const back = await runOne(parts, wishOfWayBack(parts, wish, backTo), { ...rest, ...consent });
  return worse(code, back.code);
};

/** Runs a playbook, on several clusters side by side and wave by wave, and returns the worst exit code. */
export const runPlaybook = async (
  parts: Parts,
  asked: readonly ClusterWish[],
  options: PlaybookOptions,
): Promise<number> => {
  const wishes = ignoring(asked, options);
  refuseEarly(parts, wishes, options);
  await checkMetricsFile(parts, options);
  const [only, ...others] = wishes;
  if (only === undefined) return exitCode.done;
  if (parts.stopping()) return exitCode.interrupted;
  const { metricsFile, dryRun, metering: counted } = options;
  const own = metricsFile === undefined || dryRun === true ? undefined : await openMetering(parts, options);
  const metering = own ?? counted;
  const metered = metering === undefined ? options : { ...options, metering };
  try {
    return await (others.length === 0 && only.cluster.wave === undefined
      ? runAndGoBack(parts, only, metered)
      : runSideBySide(parts, wishes, metered, runAndGoBack));
  } finally {
    await own?.settle();
    await settleWebhooks(parts, wishes);
  }
};
