import type { Fault } from '../../../src/simulator/faults/fault.ts';
import { planFaults } from '../../../src/simulator/faults/plan-faults.ts';
import { Kernel } from '../../../src/simulator/kernel.ts';
import { FleetWatch } from '../../../src/simulator/oracle/fleet-watch.ts';
import { Random } from '../../../src/simulator/random.ts';
import { drive } from '../../../src/simulator/simulation/drive.ts';
import { joinedLinks } from '../../../src/simulator/transport/network.ts';
import type { Choice } from '../choice.ts';
import { fittingKinds } from '../draw-faults.ts';
import { layCluster, startMs, type Ground } from '../ground.ts';
import { judgeError, type Judgement } from '../judge.ts';
import { createWorkplace } from '../program-parts.ts';
import type { Result } from '../result.ts';
import { createTrace, silent } from '../trace.ts';
import { undisturbed } from '../undisturbed.ts';
import { fleetInventory } from './fleet-inventory.ts';
import { judgeFleet } from './fleet-judge.ts';
import { FleetMember } from './fleet-member.ts';
import { FleetOperators, type FleetGround } from './fleet-operators.ts';
import { fleetScenarioOf, fleetWishOf, type FleetCluster, type FleetScenario } from './fleet-scenario.ts';

/** A fault, and the cluster that it befalls, or at whose commands it befalls a program. */
export type FleetFault = Fault & { readonly cluster: string };

export interface FleetOptions {
  readonly traced?: boolean;
  /** In the place of those that the seed would draw. */
  readonly faults?: readonly FleetFault[];
  /** In the place of the one that the seed would draw. */
  readonly scenario?: FleetScenario;
}

/** Enough for every wave to soak, and for windows to open again and again. */
const limits = { until: startMs + 72 * 3_600_000, events: 6_000_000 };

/** What befalls a program befalls all clusters that it has in hand. */
const ofPrograms: readonly string[] = ['program-killed', 'program-paused', 'second-operator'];

/** Of each cluster its own; about every other cluster has none, so that what another one's faults do to it is seen. */
const drawFaults = (scenario: FleetScenario, grounds: readonly Ground[], choice: Choice): readonly FleetFault[] => {
  const only = fittingKinds(choice);
  const random = new Random(scenario.seed ^ 0xf1e5);
  return scenario.clusters.flatMap((cluster, index) => {
    const own = random.fork();
    const ground = grounds[index];
    if (only.length === 0 || ground === undefined || own.chance(0.45)) return [];
    const topology = undisturbed(ground.world, cluster);
    return planFaults(own, topology, { only, most: 2, permanentChance: 0.3 }).map((fault) => ({
      ...fault,
      cluster: cluster.name,
    }));
  });
};

const layFleet = (
  { seed, clusters }: FleetScenario,
  traced: boolean,
): { readonly shared: FleetGround; readonly grounds: readonly Ground[] } => {
  const kernel = new Kernel(startMs);
  const random = new Random(seed).fork();
  const common = { kernel, wakes: { woken: false }, trace: traced ? createTrace(() => kernel.now) : silent };
  const grounds = clusters.map((cluster) => layCluster({ ...common, random: random.fork() }, cluster));
  const networks = new Map(
    grounds.flatMap(({ world, network }) => [...world.hosts.keys()].map((host) => [host, network] as const)),
  );
  const sshd = grounds[0]?.sshd;
  if (sshd === undefined) throw new RangeError('a fleet has one cluster at least');
  return { shared: { ...common, random, network: joinedLinks(networks), sshd }, grounds };
};

const sumsOf = (maps: readonly ReadonlyMap<number, number>[]): Record<number, number> => {
  const sums: Record<number, number> = {};
  for (const map of maps) for (const [key, count] of map) sums[key] = (sums[key] ?? 0) + count;
  return sums;
};

const clusterOf = (clusters: readonly FleetCluster[], name: string): FleetCluster => {
  const found = clusters.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no cluster ${name} in the simulated fleet`);
  return found;
};

/** Everybody at work in one simulated fleet. */
const staff = (
  scenario: FleetScenario,
  { shared, grounds }: ReturnType<typeof layFleet>,
  faults: readonly FleetFault[],
) => {
  const disturbsAll = faults.some(({ kind }) => ofPrograms.includes(kind));
  const wish = fleetWishOf(scenario, (name) => !disturbsAll && faults.every(({ cluster }) => cluster !== name));
  const watch = new FleetWatch(wish, () => shared.kernel.now);
  const around = {
    to: scenario.to,
    calm: faults.length === 0,
    secondOperator: () => operators.begin(createWorkplace('other-desk')),
  };
  const members = grounds.map((ground) => {
    const { cluster: name } = ground.world;
    const own = faults.filter(({ cluster }) => cluster === name);
    return new FleetMember(clusterOf(scenario.clusters, name), ground, own, around);
  });
  const inventory = fleetInventory(scenario);
  const operators: FleetOperators = new FleetOperators({ ground: shared, scenario, members, watch, inventory });
  return { watch, members, operators };
};

/** One simulated fleet, from its seed to its verdict. The same seed and choice give the same result, to the last byte. */
export const simulateFleet = async (seed: number, choice: Choice, options: FleetOptions = {}): Promise<Result> => {
  const scenario = options.scenario ?? fleetScenarioOf(seed);
  const fleet = layFleet(scenario, options.traced ?? false);
  const { kernel, wakes, trace } = fleet.shared;
  for (const { world } of fleet.grounds)
    world.listen((event) => trace.line(() => `* ${world.cluster} ${JSON.stringify(event)}`));
  const faults = options.faults ?? drawFaults(scenario, fleet.grounds, choice);
  const { watch, members, operators } = staff(scenario, fleet, faults);
  let judgement: Judgement;
  try {
    operators.begin();
    const end = await drive(kernel, wakes, limits, () => !operators.busy);
    judgement = judgeFleet({ end, ends: operators.ends, members, watch });
  } catch (error) {
    judgement = judgeError(error);
  }
  const last = operators.ends.at(-1);
  return {
    ...judgement,
    seed,
    faults,
    hits: members.flatMap(({ trouble }) => trouble.hits),
    reached: sumsOf(members.map(({ oracle }) => oracle.reached)),
    rules: {
      ...Object.fromEntries(watch.reached),
      window: members.reduce((sum, { oracle }) => sum + oracle.window.touched, 0),
    },
    events: kernel.ran,
    commands: members.reduce((sum, member) => sum + member.watch.count, 0),
    programs: operators.programs.length,
    virtualMs: kernel.now - startMs,
    said: last === undefined ? '' : `${last.stdout}${last.stderr}`,
    trace: trace.lines,
  };
};
