import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { runCommand } from '../scripts/simulation/fleet/fleet-attempt.ts';
import { fleetInventory, inventoryPath } from '../scripts/simulation/fleet/fleet-inventory.ts';
import type { FleetScenario } from '../scripts/simulation/fleet/fleet-scenario.ts';
import { layCluster, startMs, type Ground } from '../scripts/simulation/ground.ts';
import { createWorkplace, type ProgramSurroundings } from '../scripts/simulation/program-parts.ts';
import { silent } from '../scripts/simulation/trace.ts';
import { upgrade } from '../src/cli/commands/upgrade.ts';
import type { Event } from '../src/model/event.ts';
import { Kernel } from '../src/simulator/kernel.ts';
import { Random } from '../src/simulator/random.ts';
import { drive } from '../src/simulator/simulation/drive.ts';
import { Program } from '../src/simulator/simulation/program.ts';
import { quietUi } from '../src/simulator/simulation/quiet-ui.ts';
import { joinedLinks } from '../src/simulator/transport/network.ts';
import type { Watcher } from '../src/simulator/transport/transport.ts';
import { median } from './measure.ts';

/** What one fleet took: virtual times in seconds, memory in MiB, a line of JSON of this process. */
export interface FleetCost {
  readonly clusters: number;
  readonly nodes: number;
  readonly virtual: number;
  /** The slowest cluster's own look and run, by itself. */
  readonly criticalPath: number;
  /** What one of them took for itself, the median: programs take as long as is drawn for them. */
  readonly ordinary: number;
  readonly wall: number;
  readonly cpu: number;
  readonly peakRss: number;
  readonly peakHeap: number;
  /** What the simulated machines take. */
  readonly worldHeap: number;
  /** What nodeops holds, all together, when the last cluster has come to its end. */
  readonly held: number;
  readonly loopDelayP99: number;
  readonly commands: number;
}

const mib = 1024 * 1024;
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

const collect = (): number => {
  if (globalThis.gc === undefined) throw new Error('run this with node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / mib;
};

const scenarioOf = (clusters: number, controlPlanes: number, workers: number): FleetScenario => ({
  seed: 1,
  to: '1.36.3',
  clusters: Array.from({ length: clusters }, (_, at) => ({
    name: `c${at + 1}`,
    controlPlanes,
    workers,
    from: '1.36.1',
    wave: 0,
    region: 'r1',
  })),
  waves: [],
  promotesLate: false,
  otherMachine: false,
  resumes: false,
});

/** When each cluster was looked at, and when its run began and ended. */
class Times {
  readonly #first = new Map<string, number>();
  readonly #looked = new Map<string, number>();
  readonly #begun = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  asked(cluster: string, inRun: boolean): void {
    if (!this.#first.has(cluster)) this.#first.set(cluster, this.#now());
    if (inRun && !this.#begun.has(cluster)) this.#begun.set(cluster, this.#now());
  }

  answered(cluster: string): void {
    if (!this.#begun.has(cluster)) this.#looked.set(cluster, this.#now());
  }

  ended(cluster: string): number {
    this.#ended.set(cluster, this.#now());
    return this.#ended.size;
  }

  /** What each cluster took for itself, in seconds. */
  get own(): readonly number[] {
    const own = [...this.#ended].map(([cluster, end]) => {
      const [first = end, looked = first, begun = end] = [this.#first, this.#looked, this.#begun].map((each) =>
        each.get(cluster),
      );
      return looked - first + end - begun;
    });
    return own.map((ms) => ms / 1000);
  }
}

const clusterOf = (host: string): string => host.slice(0, host.indexOf('-'));

const watching = (times: Times): { readonly watcher: Watcher; readonly count: () => number } => {
  let number = 0;
  return {
    count: () => number,
    watcher: {
      sent: (sent) => {
        times.asked(clusterOf(sent.node), sent.program.run !== undefined);
        return { sent: { ...sent, number: (number += 1) }, fate: undefined };
      },
      ended: ({ node }) => times.answered(clusterOf(node)),
    },
  };
};

/** What a run wrote lies on a disk, and takes no memory: the simulated one is emptied once a cluster has ended. */
const forget = ({ runs }: ReturnType<typeof createWorkplace>, { cluster }: Event): void => {
  for (const { clusters } of runs.values()) {
    const kept = clusters.get(cluster);
    if (kept === undefined) continue;
    kept.events.length = 0;
    kept.plan = undefined;
    kept.baseline = undefined;
  }
};

interface Stage {
  readonly kernel: Kernel;
  readonly wakes: { woken: boolean };
  readonly random: Random;
  readonly grounds: readonly Ground[];
}

const build = ({ clusters, seed }: FleetScenario): Stage => {
  const kernel = new Kernel(startMs);
  const random = new Random(seed).fork();
  const wakes = { woken: false };
  const shared = { kernel, wakes, trace: silent };
  return {
    kernel,
    wakes,
    random,
    grounds: clusters.map((cluster) => layCluster({ ...shared, random: random.fork() }, cluster)),
  };
};

const linksOf = (grounds: readonly Ground[]) =>
  joinedLinks(new Map(grounds.flatMap(({ world, network }) => [...world.hosts.keys()].map((host) => [host, network]))));

interface Ran {
  readonly heldWith: number;
  readonly peakHeap: number;
  readonly own: readonly number[];
  readonly commands: number;
}

/** Takes all of them to the version, nothing held back. What it leaves behind can be collected once this has resolved. */
const takeAll = async ({ kernel, wakes, random, grounds }: Stage, scenario: FleetScenario): Promise<Ran> => {
  const workplace = createWorkplace('bastion');
  const times = new Times(() => kernel.now);
  const { watcher, count } = watching(times);
  const program = new Program(1, kernel, wakes);
  let [ended, steps, peakHeap, heldWith] = [0, 0, 0, 0];
  const [first] = grounds;
  if (first === undefined) throw new RangeError('a fleet has one cluster at least');
  const around: ProgramSurroundings = {
    kernel,
    random,
    network: linksOf(grounds),
    sshd: first.sshd,
    watcher,
    workplace,
    files: new Map([[inventoryPath, fleetInventory(scenario)]]),
    committed: () => undefined,
    screen: quietUi,
    journalHooks: {
      before: () => undefined,
      after: (event) => {
        if (event.type !== 'run-finished') return;
        if (event.outcome !== 'done') throw new Error(`${event.cluster} ended ${event.outcome}`);
        ended = times.ended(event.cluster);
        forget(workplace, event);
        // At once: a moment later the program has ended.
        if (ended === grounds.length) heldWith = collect();
      },
    },
  };
  const all = { to: scenario.to, yes: true, output: 'json', parallel: grounds.length } as const;
  let over = false;
  const typing = runCommand(program, around, (parts) => upgrade(parts, { inventory: inventoryPath, ...all })).finally(
    () => {
      over = true;
      wakes.woken = true;
    },
  );
  const look = (): boolean => {
    if ((steps += 1) % 1000 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed / mib);
    return over;
  };
  const limits = { until: startMs + 72 * 3_600_000, events: Number.MAX_SAFE_INTEGER };
  const end = await drive(kernel, wakes, limits, look);
  const { how, stdout, stderr } = await typing;
  if (end !== 'done' || typeof how !== 'object' || !('code' in how) || how.code !== 0)
    throw new Error(`${end}: ${JSON.stringify(how)}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  return { heldWith, peakHeap, own: times.own, commands: count() };
};

/** Takes a fleet of that size to its version, and says what that took. */
export const costOfFleet = async (clusters: number, controlPlanes: number, workers: number): Promise<FleetCost> => {
  const scenario = scenarioOf(clusters, controlPlanes, workers);
  const stage = build(scenario);
  collect();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const [begun, cpuBefore] = [performance.now(), process.cpuUsage()];
  delay.enable();
  const ran = await takeAll(stage, scenario);
  delay.disable();
  const cpu = process.cpuUsage(cpuBefore);
  const wall = (performance.now() - begun) / 1000;
  const worldHeap = collect();
  return {
    clusters,
    nodes: clusters * (controlPlanes + workers),
    virtual: round((stage.kernel.now - startMs) / 1000),
    criticalPath: round(Math.max(...ran.own)),
    ordinary: round(median(ran.own)),
    wall: round(wall),
    cpu: round((cpu.user + cpu.system) / 1e6),
    peakRss: round(process.resourceUsage().maxRSS / 1024, 0),
    peakHeap: round(ran.peakHeap, 0),
    worldHeap: round(worldHeap, 1),
    held: round(ran.heldWith - worldHeap, 1),
    loopDelayP99: round(delay.percentile(99) / 1e6),
    commands: ran.commands,
  };
};

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      clusters: { type: 'string', default: '1' },
      'control-planes': { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
    },
  });
  const [clusters, controlPlanes, workers] = [values.clusters, values['control-planes'], values.workers].map(Number);
  const cost = await costOfFleet(clusters ?? 1, controlPlanes ?? 1, workers ?? 2);
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
