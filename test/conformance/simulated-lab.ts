import type { RecordingHead } from '../../docker/record/recording.ts';
import { minorOf } from '../../docker/versions.ts';
import type { Workload } from '../../src/simulator/cluster/first-objects.ts';
import { prepareHost } from '../../src/simulator/host/prepare-host.ts';
import { Kernel } from '../../src/simulator/kernel.ts';
import { Random } from '../../src/simulator/random.ts';
import { fromBytes, toBytes } from '../../src/simulator/files/bytes.ts';
import { startLine } from '../../src/simulator/shell/start-line.ts';
import { allTools } from '../../src/simulator/tools/toolbox.ts';
import type { Actor } from '../../src/simulator/world/actor.ts';
import { createWorld } from '../../src/simulator/world/create-world.ts';
import type { Host, World } from '../../src/simulator/world/host.ts';

/** Whoever typed it in the lab. */
export const recorder: Actor = { kind: 'person', name: 'recorder' };

const startMs = Date.UTC(2026, 10, 21, 9);
const toolbox = allTools();

/** The user that the lab's nodes let in. */
const operator = new Map([
  ['HOME', '/home/ops'],
  ['LANG', 'C.UTF-8'],
  ['LOGNAME', 'ops'],
  ['PATH', '/usr/local/bin:/usr/bin:/bin:/usr/games'],
  ['SHELL', '/bin/bash'],
  ['USER', 'ops'],
]);

/** What a line said and how it ended, before anything is normalised. */
export interface Said {
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export const hostOf = (world: World, name: string): Host => {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`the simulated cluster has no ${name}`);
  return host;
};

/** Lets virtual time pass. */
export const pass = ({ kernel }: World, ms: number): void => {
  const until = kernel.now + ms;
  while ((kernel.upcoming ?? Infinity) <= until) kernel.step();
  kernel.now = until;
};

const patienceMs = 3_600_000;

/** Runs a line as sshd starts it, as the lab's user, until it ends. @throws Error for one that never does. */
export const typed = (world: World, node: string, line: string, stdin = ''): Said => {
  const said: { stdout: string; stderr: string; exit: number | string | undefined } = {
    stdout: '',
    stderr: '',
    exit: undefined,
  };
  startLine(hostOf(world, node), toBytes(line), {
    toolbox,
    stdin: toBytes(stdin),
    actor: recorder,
    uid: 1000,
    env: operator,
    cwd: '/home/ops',
    onOut: (text) => void (said.stdout += text),
    onErr: (text) => void (said.stderr += text),
    onEnd: (how) => void (said.exit = 'code' in how ? how.code : how.signal),
  });
  const until = world.kernel.now + patienceMs;
  while (said.exit === undefined)
    if (world.kernel.now > until || !world.kernel.step()) throw new Error(`this never ends: ${line}`);
  return { exit: said.exit, stdout: fromBytes(said.stdout), stderr: fromBytes(said.stderr) };
};

/** The same as root, for what makes a state; it has to go well. @throws Error where it does not. */
export const byRoot = (world: World, node: string, line: string): void => {
  const done = typed(world, node, `sudo -n -- sh -c '${line.replaceAll("'", String.raw`'\''`)}'`);
  if (done.exit !== 0) throw new Error(`${node}: ${line}: rc ${done.exit} ${done.stdout}${done.stderr}`);
};

/** Something that goes on beside the line: a lock that is held. */
export const beside = (world: World, node: string, line: string): void => {
  startLine(hostOf(world, node), line, { toolbox, actor: { kind: 'person', name: 'somebody else' } });
};

/** A healthy cluster like the recorded one, all of this version, on what the lab's mirror offers. */
export const simulatedLab = (head: RecordingHead, version: string, workloads: readonly Workload[]): World => {
  const count = (role: string): number => head.nodes.filter((node) => node.role === role).length;
  const versions = (head.offered ?? [...new Set([head.from, head.to])]).toReversed();
  const world = createWorld({
    kernel: new Kernel(startMs),
    random: new Random(20_261_121),
    cluster: head.cluster,
    controlPlanes: count('control-plane'),
    workers: count('worker'),
    version,
    offers: new Map([...Map.groupBy(versions, minorOf)].map(([minor, all]) => [minor, all.map((one) => `${one}-1.1`)])),
    workloads,
  });
  for (const host of world.hosts.values()) prepareHost(host);
  return world;
};
