import type { Levers } from '../../src/simulator/faults/levers.ts';
import { debianArchives, layOperatingSystem, type System } from '../../src/simulator/host/operating-system.ts';
import { powerOff, powerOn } from '../../src/simulator/host/power.ts';
import { prepareHost } from '../../src/simulator/host/prepare-host.ts';
import { byCluster } from '../../src/simulator/world/actor.ts';
import { startLine } from '../../src/simulator/shell/start-line.ts';
import { allTools } from '../../src/simulator/tools/toolbox.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import { createWorld } from '../../src/simulator/world/create-world.ts';
import type { WorldWish } from '../../src/simulator/world/world-wish.ts';
import type { Host, World } from '../../src/simulator/world/host.ts';
import type { Offers } from '../../src/simulator/world/world.ts';
import type { Ground } from './ground.ts';

export interface JoinedWish extends Omit<WorldWish, 'offers' | 'archives'> {
  /** Host → how its operating system is found; one whose packages nobody patches has none. */
  readonly systems?: ReadonlyMap<string, System> | undefined;
  /** Hosts that died a moment ago; another machine, with nothing of a cluster, has the name of each. */
  readonly exchanged?: readonly string[] | undefined;
  /** Of the mirror that the hosts have their packages from. */
  readonly mirrorPassword?: string | undefined;
}

/** One for all: no program keeps anything of its own. */
const toolbox = allTools();

/** The user that logs in: sudo does the rest. */
const operatorUid = 1000;

const operatorEnvironment: ReadonlyMap<string, string> = new Map([
  ['HOME', '/home/ops'],
  ['LANG', 'C.UTF-8'],
  ['LOGNAME', 'ops'],
  ['PATH', '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games'],
  ['SHELL', '/bin/sh'],
  ['USER', 'ops'],
]);

const sshd: Sshd = (host, { line, stdin, actor, onOut, onErr, onEnd }) =>
  startLine(host, line, {
    toolbox,
    stdin,
    actor,
    onOut,
    onErr,
    onEnd,
    uid: operatorUid,
    env: operatorEnvironment,
    cwd: '/home/ops',
  });

/** What the apt mirror has: older and newer patches of each minor than anybody asks for. */
const offers = (): Offers =>
  new Map(
    [
      ['1.33', ['1.33.8', '1.33.4']],
      ['1.34', ['1.34.5', '1.34.2']],
      ['1.35', ['1.35.6', '1.35.4', '1.35.1']],
      ['1.36', ['1.36.4', '1.36.3', '1.36.1']],
    ].map(([minor, versions]) => [String(minor), [versions].flat().map((version) => `${version}-1.1`)]),
  );

const sourceFile = '/etc/apt/sources.list.d/kubernetes.list';

/** The same source, behind a login. */
const lock = (host: Host, password: string): void =>
  host.files.write(sourceFile, host.files.read(sourceFile).replace('https://', `https://ops:${password}@`), byCluster);

/** The parts of the simulator put together: hosts with files, programs and a cluster, behind sshd. */
export const buildWorld = (wish: JoinedWish): { readonly world: World; readonly sshd: Sshd } => {
  const archives = wish.systems === undefined ? [] : debianArchives;
  const world = createWorld({ ...wish, offers: offers(), archives });
  const prepare = (host: Host): void => {
    prepareHost(host);
    const system = wish.systems?.get(host.name);
    if (system !== undefined) layOperatingSystem(host, system);
    if (wish.mirrorPassword !== undefined) lock(host, wish.mirrorPassword);
  };
  for (const host of world.hosts.values()) prepare(host);
  for (const name of wish.exchanged ?? []) {
    const gone = world.hosts.get(name);
    if (gone === undefined) throw new RangeError(`no host ${name} in the simulated world`);
    powerOff(gone, byCluster);
    prepare(world.exchange(gone));
  }
  return { world, sshd };
};

/** What faults pull, joined to the model and to the programs of a simulation. */
export const joinLevers = (
  { world, network }: Pick<Ground, 'world' | 'network'>,
  version: string,
  programs: Pick<Levers, 'killProgram' | 'pauseProgram' | 'startSecondOperator'>,
): Levers => ({
  ...programs,
  version,
  powerOff,
  powerOn,
  stopComponent: (host, name, actor) => world.containers.stop(host, name, actor),
  startComponent: (host, name, actor) => world.containers.start(host, name, actor),
  link: (host) => network.link(host.name),
  type: (host, line, actor) => void startLine(host, line, { toolbox, actor }),
});
