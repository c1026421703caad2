import { runFleet } from '../fleet/run-fleet.ts';
import { inWaves } from '../fleet/waves.ts';
import { didYouMean } from '../documents/nearest.ts';
import { quote } from '../commands/quote.ts';
import { exitCode, UsageError, worse } from '../model/errors.ts';
import type { FleetEnd, FleetWave, Halt } from '../model/fleet.ts';
import { shareOf } from '../model/wave.ts';
import { fleetPlanText, fleetSummary } from '../report/fleet-text.ts';
import { paintFor } from '../report/paint.ts';
import { writeWish } from '../run/kept-wish.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { fleetDeeds, type FleetRun } from './fleet-deeds.ts';
import { lookAtFleet, type Looked } from './fleet-sight.ts';
import { keptWish } from './kept-consent.ts';
import { announce } from './notify.ts';
import { codeOf } from './outcome-code.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { askForAll } from './protection.ts';
import type { RunCluster } from './side-by-side.ts';
import { steeringOf } from './steering.ts';

/** @throws UsageError for a wave that none of the chosen clusters is in. */
export const checkWaves = (wishes: readonly ClusterWish[], { promote = [], hold }: PlaybookOptions): void => {
  const names = [...new Set(wishes.flatMap(({ cluster }) => cluster.wave?.name ?? []))];
  for (const [option, name] of [
    ...promote.map((each) => ['--promote', each]),
    ...(hold === undefined ? [] : [['--hold', hold]]),
  ])
    if (name !== undefined && !names.includes(name))
      throw new UsageError(
        names.length === 0
          ? `${option} ${name}: the inventory declares no waves for the chosen clusters`
          : `${option} ${name}: none of the chosen clusters is in a wave of that name; ${didYouMean(name, names)}`,
      );
};

/** What is kept of each cluster once all were shown: a plan is made anew when its turn comes, and a thousand are large. */
type Found = Pick<Looked, 'wish' | 'member' | 'code'>;

const wavesFrom = (looked: readonly Found[]): readonly FleetWave[] =>
  inWaves(looked.map(({ member, wish }) => ({ member, wave: wish.cluster.wave })));

/** Waves that could not stay within their failures even if all that begins went well; none from `hold` on. */
const hopeless = (waves: readonly FleetWave[], hold: string | undefined): readonly string[] => {
  const end = waves.findIndex(({ wave }) => wave.name === hold);
  return (end === -1 ? waves : waves.slice(0, end)).flatMap(({ wave, members }) => {
    const blocked = members.filter(({ ahead }) => ahead === 'blocked');
    return blocked.length > shareOf(wave.maxFailedClusters, members.length)
      ? [`${wave.name} (${blocked.map(({ cluster }) => cluster).join(', ')})`]
      : [];
  });
};

const planOf = (parts: Parts, looked: readonly Looked[], waves: readonly FleetWave[], options: PlaybookOptions) =>
  fleetPlanText(waves, new Map(looked.map((each) => [each.wish.cluster.name, each])), {
    paint: paintFor(parts.stdout, parts.env),
    parallel: options.parallel,
  });

const worstOf = (codes: readonly number[]): number => codes.reduce(worse, exitCode.done);

const codeOfHalt: Readonly<Record<Halt['kind'], number>> = {
  // What failed says so itself.
  failures: exitCode.done,
  canary: exitCode.done,
  held: exitCode.done,
  unproven: exitCode.blocked,
  'not-approved': exitCode.blocked,
  'outside-window': exitCode.outsideWindow,
  interrupted: exitCode.interrupted,
};

const codeOfFleet = ({ members, halt }: FleetEnd): number =>
  worstOf([
    ...members.map(({ outcome }) => (outcome === 'idle' || outcome === 'not-begun' ? exitCode.done : codeOf[outcome])),
    ...(halt === undefined ? [] : [codeOfHalt[halt.kind]]),
  ]);

/** Begins the clusters in which something is to do, wave by wave. */
const go = async (
  parts: Parts,
  looked: readonly Found[],
  waves: readonly FleetWave[],
  { options, run, confirmed }: Pick<FleetRun, 'options' | 'run' | 'confirmed'>,
): Promise<number> => {
  const id = parts.newRunId();
  const record = await (await parts.journals()).create(id);
  try {
    // Whoever goes on with this run later has to know also of what was never begun.
    for (const { wish, member } of looked)
      if (member.ahead === 'work') {
        await (await record.cluster(member.cluster)).writeWish(writeWish(keptWish(wish)));
        await announce(parts, wish, id);
      }
    const wishes = new Map(looked.map(({ wish }) => [wish.cluster.name, wish]));
    const { parallel, hold } = options;
    const steering = steeringOf(await parts.controls(), id);
    const end = await runFleet(waves, fleetDeeds(parts, { wishes, waves, options, run, record, confirmed, steering }), {
      ...(parallel === undefined ? {} : { parallel }),
      ...(hold === undefined ? {} : { holdAt: hold }),
    });
    if (options.output === 'text') {
      const next = quote(['nodeops', 'resume', id]);
      parts.stdout.write(fleetSummary(end, { paint: paintFor(parts.stdout, parts.env), run: id, next }));
    } else parts.stdout.write(`${JSON.stringify({ type: 'fleet-finished', run: id, ...end })}\n`);
    return codeOfFleet(end);
  } finally {
    await record.close();
  }
};

/** Looks at all of them, and shows what is ahead. */
const lookAndShow = async (
  parts: Parts,
  wishes: readonly ClusterWish[],
  options: PlaybookOptions,
  run: RunCluster,
): Promise<{ readonly looked: readonly Found[]; readonly waves: readonly FleetWave[] }> => {
  const looked = await lookAtFleet(parts, wishes, options, run);
  const waves = wavesFrom(looked);
  const isText = options.output === 'text';
  for (const { said, member } of looked) {
    parts.stderr.write(said.stderr);
    if (options.dryRun === true || (!isText && member.ahead === 'blocked')) parts.stdout.write(said.stdout);
  }
  if (isText) parts.stdout.write(planOf(parts, looked, waves, options));
  return { looked: looked.map(({ wish, member, code }) => ({ wish, member, code })), waves };
};

/**
 * Runs several clusters side by side, each inside its own rules: looks at all of them first, asks once, and goes through
 * their waves. What stands in the way of one does not stop another, but for what its wave allows. The worst exit code.
 * @throws UsageError before anything is connected to.
 */
export const runSideBySide = async (
  parts: Parts,
  wishes: readonly ClusterWish[],
  options: PlaybookOptions,
  run: RunCluster,
): Promise<number> => {
  const { looked, waves } = await lookAndShow(parts, wishes, options, run);
  const codes = worstOf(looked.map(({ code }) => code));
  if (options.dryRun === true) return codes;
  const stuck = hopeless(waves, options.hold);
  if (stuck.length > 0) {
    parts.stderr.write(
      `more clusters are in the way than their waves allow to fail: ${stuck.join('; ')}\n    clear what was said above, leave them out, or end before their wave with --hold; nothing was changed\n`,
    );
    return worstOf(looked.filter(({ member }) => member.ahead === 'blocked').map(({ code }) => code));
  }
  const ready = looked.filter(({ member }) => member.ahead === 'work');
  if (ready.length === 0) return codes;
  const mode = wishes[0]?.playbook.mode;
  const confirmed = await askForAll(
    parts,
    ready.map(({ wish }) => wish.cluster),
    options,
    mode,
  );
  if (confirmed === undefined || parts.stopping()) {
    parts.stdout.write('Nothing was changed.\n');
    if (confirmed !== undefined) return exitCode.interrupted;
    return ready.some(({ wish }) => wish.cluster.protected) || mode === 'outage' ? exitCode.usage : exitCode.done;
  }
  return go(parts, looked, waves, { options, run, confirmed });
};
