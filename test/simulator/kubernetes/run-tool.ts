import { Kernel } from '../../../src/simulator/kernel.ts';
import { Random } from '../../../src/simulator/random.ts';
import { fromBytes, toBytes } from '../../../src/simulator/files/bytes.ts';
import { startProgram, type RunningProgram } from '../../../src/simulator/shell/start-line.ts';
import { prepareHost } from '../../../src/simulator/host/prepare-host.ts';
import type { Toolbox } from '../../../src/simulator/shell/tool.ts';
import { kubernetesTools } from '../../../src/simulator/tools/kubernetes/toolbox.ts';
import type { Actor } from '../../../src/simulator/world/actor.ts';
import { createWorld } from '../../../src/simulator/world/create-world.ts';
import type { WorldWish } from '../../../src/simulator/world/world-wish.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';

export const begin = Date.UTC(2026, 10, 21, 9, 0, 0);
export const ours: Actor = { kind: 'nodeops', program: 1, run: 'run-1' };

/** A small cluster at the beginning of its simulation. */
export const smallWorld = (wish: Partial<WorldWish> = {}): World => {
  const world = createWorld({
    kernel: new Kernel(begin),
    random: new Random(7),
    cluster: 'paris',
    controlPlanes: 1,
    workers: 2,
    version: '1.35.4',
    offers: new Map([
      ['1.35', ['1.35.4-1.1']],
      ['1.36', ['1.36.3-1.1']],
    ]),
    ...wish,
  });
  for (const host of world.hosts.values()) prepareHost(host);
  return world;
};

export const hostOf = (world: World, name: string): Host => {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
};

/** Lets virtual time pass. */
export const pass = ({ kernel }: World, ms: number): void => {
  const until = kernel.now + ms;
  while ((kernel.upcoming ?? Infinity) <= until) kernel.step();
  kernel.now = until;
};

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  readonly ms: number;
}

const tools = kubernetesTools();

export interface Options {
  readonly toolbox?: Toolbox;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly actor?: Actor;
  /** Called with each piece of output: a test may stop the tool there. */
  readonly onOut?: (text: string) => void;
}

/** Starts a program: a test may kill it. */
export const start = (
  host: Host,
  argv: readonly string[],
  options: Options = {},
  said = { out: '', err: '' },
): RunningProgram =>
  startProgram(host, {
    argv: argv.map(toBytes),
    toolbox: options.toolbox ?? tools,
    actor: options.actor ?? ours,
    stdin: toBytes(options.stdin ?? ''),
    env: new Map(Object.entries(options.env ?? {})),
    onOut: (text) => {
      said.out += fromBytes(text);
      options.onOut?.(text);
    },
    onErr: (text) => void (said.err += fromBytes(text)),
  });

/** Runs a program of Kubernetes to its end. */
export const run = (host: Host, argv: readonly string[], options: Options = {}): Ran => {
  const said = { out: '', err: '' };
  const from = host.kernel.now;
  const program = start(host, argv, options, said);
  while (program.ended === undefined) if (!host.kernel.step()) throw new Error('nothing happens any more');
  const code = 'code' in program.ended ? program.ended.code : -1;
  return { stdout: said.out, stderr: said.err, code, ms: host.kernel.now - from };
};
