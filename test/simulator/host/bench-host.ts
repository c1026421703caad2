import { toBytes } from '../../../src/simulator/files/bytes.ts';
import { prepareHost } from '../../../src/simulator/host/prepare-host.ts';
import { Kernel } from '../../../src/simulator/kernel.ts';
import { Random } from '../../../src/simulator/random.ts';
import { startLine, type ProgramEnd, type RunningProgram } from '../../../src/simulator/shell/start-line.ts';
import type { Toolbox } from '../../../src/simulator/shell/tool.ts';
import { hostTools } from '../../../src/simulator/tools/host/toolbox.ts';
import { textTools } from '../../../src/simulator/tools/text/text-tools.ts';
import type { Actor } from '../../../src/simulator/world/actor.ts';
import { createWorld } from '../../../src/simulator/world/create-world.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import type { Archive } from '../../../src/simulator/world/world.ts';
import { onHosts } from '../../../src/simulator/shell/tool.ts';

export const byUs: Actor = { kind: 'nodeops', program: 1, run: 'r1' };
export const byPerson: Actor = { kind: 'person', name: 'ann' };

const kubelet = onHosts(
  (call) => {
    const version =
      call.argv[0]?.startsWith('/proc') === true
        ? call.host.kubelet.running
        : call.host.packages.get('kubelet')?.version;
    call.out(`Kubernetes v${version?.replace(/-.*/, '') ?? ''}\n`);
    return 0;
  },
  (host) => host.packages.has('kubelet'),
);

/** One worker of a small cluster, its programs, and what is told of it. */
export interface Bench {
  readonly world: World;
  readonly host: Host;
  readonly kernel: Kernel;
  readonly events: WorldEvent[];
  /** Runs a line to its end, with everything that happens in that time. */
  run(line: string, stdin?: string): { readonly code: number | string; readonly out: string; readonly err: string };
  start(line: string, onEnd?: (end: ProgramEnd) => void): RunningProgram;
  /** Lets virtual time pass. */
  pass(ms: number): void;
}

export const tools: Toolbox = new Map([...textTools(), ...hostTools(), ['kubelet', kubelet]]);

/** A prepared host with the packages of 1.35.4, held; the mirror has more. */
export const benchHost = (seed = 1, archives: readonly Archive[] = []): Bench => {
  const kernel = new Kernel(Date.UTC(2026, 10, 21, 9));
  const offers = new Map([
    ['1.35', ['1.35.4-1.1', '1.35.1-1.1']],
    ['1.36', ['1.36.3-1.1', '1.36.1-1.1']],
  ]);
  const world = createWorld({
    kernel,
    random: new Random(seed),
    cluster: 'lyon',
    controlPlanes: 1,
    workers: 1,
    version: '1.35.4',
    offers,
    archives,
  });
  for (const host of world.hosts.values()) prepareHost(host);
  const host = world.hosts.get('lyon-w1');
  if (host === undefined) throw new Error('the world has no worker');
  const events: WorldEvent[] = [];
  world.listen((event) => events.push(event));
  const pass = (ms: number): void => {
    const until = kernel.now + ms;
    while ((kernel.upcoming ?? Number.POSITIVE_INFINITY) <= until) kernel.step();
    kernel.now = until;
  };
  const start: Bench['start'] = (line, onEnd) =>
    startLine(host, toBytes(line), { toolbox: tools, actor: byUs, ...(onEnd === undefined ? {} : { onEnd }) });
  const run: Bench['run'] = (line, stdin = '') => {
    let [out, err] = ['', ''];
    const program = startLine(host, toBytes(line), {
      toolbox: tools,
      actor: byUs,
      stdin: toBytes(stdin),
      onOut: (text) => (out += text),
      onErr: (text) => (err += text),
    });
    for (let steps = 0; program.ended === undefined; steps += 1) {
      if (steps > 200_000 || !kernel.step()) throw new Error(`it never ends: ${line}\n${out}${err}`);
    }
    const end = program.ended;
    return { code: 'code' in end ? end.code : end.signal, out, err };
  };
  return { world, host, kernel, events, run, start, pass };
};
