import type { Given, Recording, RecordedPair } from '../../docker/record/recording.ts';
import type { LabState } from '../../docker/record/state.ts';
import type { Texts } from '../../docker/record/probe.ts';
import { SimulatorGap } from '../../src/simulator/gap.ts';
import { parseFollow } from '../../src/commands/systemd-run.ts';
import { isReady, listOf } from '../../src/simulator/cluster/objects.ts';
import type { Host, World } from '../../src/simulator/world/host.ts';
import { changes } from './changes.ts';
import { lookAtWorld } from './look-at-world.ts';
import { beside, hostOf, pass, recorder, type Said, typed } from './simulated-lab.ts';
import { stateOf, worldFrom } from './world-from.ts';

/** What came of a line, on one of both sides. */
export interface Answer extends Said {
  readonly changes: readonly string[];
}

const fcntl = (host: Host, path: string): void => void host.fileLocks.set(path, { pid: 4711, line: 'perl -e use' });

const givens: Readonly<Record<Given, (world: World, host: Host) => void>> = {
  'lock-frontend-held': (_world, host) => fcntl(host, '/var/lib/dpkg/lock-frontend'),
  'lists-lock-held': (_world, host) => fcntl(host, '/var/lib/apt/lists/lock'),
  'epoch-lock-held': (world, host) => beside(world, host.name, 'flock -x /var/lib/nodeops/epoch.lock sleep 300'),
  'sudo-asks': (_world, host) => void (host.sudo = 'asks'),
  'repository-down': (_world, host) => void (host.faults.repository = 'down'),
  // Its manifest is away, which the state tells.
  'api-server-stopped': (world) => pass(world, 20_000),
};

const unitName = (line: string): string => /--unit=([\w.-]+)/.exec(line)?.[1] ?? '';

/** Steps on until the sight is there, or the unit has ended. */
const killAtSight = (world: World, host: Host, pair: RecordedPair, unit: string): void => {
  const directory = /cd (\/var\/lib\/nodeops\/[^\s;]+)/.exec(pair.line)?.[1] ?? '';
  const seen = (): boolean => {
    const at = pair.killedAt;
    if (at === undefined) return false;
    const output = `${directory}/output`;
    return host.files.stat(output) !== undefined && host.files.read(output).includes(at.output);
  };
  const service = `${unit}.service`;
  while (host.units.has(service) && !seen()) if (!world.kernel.step()) break;
  host.units.get(service)?.kill('KILL', recorder);
};

const follow = (world: World, pair: RecordedPair, line: string): Said => {
  for (;;) {
    const followed = typed(world, pair.node, line);
    const state = parseFollow(followed.stderr);
    if (state?.kind === 'running') continue;
    const exit = state?.kind === 'ended' ? state.code : (state?.kind ?? 'unreadable');
    return { exit, stdout: followed.stdout, stderr: '' };
  }
};

/** A unit is killed while its start still is on the way back: its own line is typed beside it. */
const send = (world: World, pair: RecordedPair): Said => {
  const started = typed(world, pair.node, pair.line, pair.stdin);
  if (pair.follow === undefined || started.exit !== 0) return started;
  if (pair.killedAt !== undefined) killAtSight(world, hostOf(world, pair.node), pair, unitName(pair.line));
  return { ...follow(world, pair, pair.follow), stderr: started.stderr };
};

/** What the lab said. */
export const recordedAnswer = (recording: Recording, pair: RecordedPair): Answer => ({
  exit: pair.exit,
  stdout: pair.stdout,
  stderr: pair.stderr,
  changes:
    pair.after === undefined
      ? []
      : changes(stateOf(recording, pair.before), stateOf(recording, pair.after), recording.texts),
});

/** A settled state is compared with a settled state: the lab waited for its own, and its clock is another one. */
const patienceMs = 60_000;

const isCalm = (world: World): boolean =>
  listOf(world.objects, 'Node').every(isReady) &&
  listOf(world.objects, 'Pod').every((pod) => isReady(pod) || pod.status.phase !== 'Running');

const lookEveryMs = 5000;

/** Until nothing moves any more between two looks, as the lab's recorder does; what never calms down is taken as it is. */
const passUntilCalm = (world: World, atLeastMs: number, texts: Texts): LabState => {
  pass(world, atLeastMs);
  const until = world.kernel.now + patienceMs;
  let last = lookAtWorld(world, texts);
  for (;;) {
    pass(world, lookEveryMs);
    const next = lookAtWorld(world, texts);
    const same = JSON.stringify(next) === JSON.stringify(last);
    last = next;
    if ((same && isCalm(world)) || world.kernel.now >= until) return last;
  }
};

/** What the simulator says in the same state; a gap is an answer too, and never the right one. */
export const simulatedAnswer = (recording: Recording, pair: RecordedPair): Answer => {
  try {
    const world = worldFrom(recording, pair.before);
    for (const given of pair.given ?? []) givens[given](world, hostOf(world, pair.node));
    const texts: Texts = new Map(recording.texts);
    const before = lookAtWorld(world, texts);
    const said = send(world, pair);
    const after =
      pair.effect === 'write' ? passUntilCalm(world, pair.settledMs ?? 0, texts) : lookAtWorld(world, texts);
    return { ...said, changes: changes(before, after, texts) };
  } catch (error) {
    if (!(error instanceof SimulatorGap)) throw error;
    return { exit: `gap: ${error.message}`, stdout: '', stderr: '', changes: [] };
  }
};
