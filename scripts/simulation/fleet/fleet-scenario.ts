import { minuteMs } from '../../../src/model/duration.ts';
import type { FleetWish, SeenWave, Share } from '../../../src/simulator/oracle/fleet-wish.ts';
import { Random } from '../../../src/simulator/random.ts';
import type { Topology } from '../scenario.ts';

/** One cluster of a simulated fleet, as its seed draws it. */
export interface FleetCluster extends Topology {
  readonly name: string;
  readonly from: string;
  /** Of the waves, from 0 on. */
  readonly wave: number;
  readonly region: string;
  /** Open for so many minutes every two hours; it opened so many before it all begins, and may be closed by then. */
  readonly window?: { readonly minutes: number; readonly openFor: number };
}

/** Everything about a simulated fleet but its faults. */
export interface FleetScenario {
  readonly seed: number;
  readonly to: string;
  readonly clusters: readonly FleetCluster[];
  /** None: all clusters are one wave that nobody named. */
  readonly waves: readonly SeenWave[];
  /** A patch drains nothing: the only way where nobody is there to take a pod. */
  readonly minorOnly?: true;
  /** Of each region so many at once. */
  readonly perRegion?: number;
  /** `--parallel`. */
  readonly parallel?: number;
  /** Before which wave the operator's first command ends. */
  readonly holdFirst?: string;
  /** Whether the operator forgets at first that a wave wants a person's yes. */
  readonly promotesLate: boolean;
  /** Whether the operator goes on from another machine, without the journals of the first, now and then. */
  readonly otherMachine: boolean;
  /** Whether the operator types `nodeops resume last` now and then. */
  readonly resumes: boolean;
  /** After the first command `nodeops daemon` goes on for so long: nobody comes back in a window. */
  readonly daemonMs?: number;
  /** What is printed is for people. */
  readonly readable?: true;
}

const to = '1.36.3';
/** From which it is a patch. */
const patched = '1.36.1';
/** Small ones mostly: what a fleet adds does not grow with its nodes. */
const sizes: readonly Topology[] = [
  { controlPlanes: 1, workers: 0 },
  { controlPlanes: 1, workers: 0 },
  { controlPlanes: 1, workers: 1 },
  { controlPlanes: 1, workers: 1 },
  { controlPlanes: 1, workers: 1 },
  { controlPlanes: 1, workers: 2 },
  { controlPlanes: 3, workers: 0 },
  { controlPlanes: 3, workers: 2 },
];
const waveNames = ['dev', 'staging', 'prod'];

const shareFor = (random: Random, least: number): Share =>
  random.chance(0.5) ? { count: random.between(least, 2) } : { percent: random.pick([25, 34, 50]) };

const waveFor = (random: Random, name: string): SeenWave => ({
  name,
  ...(random.chance(0.45) ? { canary: shareFor(random, 1) } : {}),
  ...(random.chance(0.5) ? { parallel: random.between(1, 3) } : {}),
  soakMs: random.chance(0.5) ? random.between(1, 30) * minuteMs : 0,
  mayFail: random.chance(0.4) ? shareFor(random, 0) : { count: 0 },
  stopsInFlight: random.chance(0.35),
  approval: random.chance(0.25),
});

const windowFor = (random: Random): Pick<FleetCluster, 'window'> => {
  if (!random.chance(0.12)) return {};
  const minutes = random.between(50, 70);
  const left = random.pick([random.between(-20, 0), random.between(18, 45)]);
  return { window: { minutes, openFor: minutes - left } };
};

const clusterFor = (random: Random, index: number, waves: number): FleetCluster => ({
  name: `c${index + 1}`,
  ...random.pick(sizes),
  from: random.pick([patched, patched, '1.35.4']),
  // Every wave has one at least: those of them that are left are drawn.
  wave: index < waves ? index : random.below(Math.max(1, waves)),
  region: random.pick(['r1', 'r2']),
  ...windowFor(random),
});

/** The fleet of a seed. */
export const fleetScenarioOf = (seed: number): FleetScenario => {
  const random = new Random(seed ^ 0xf1ee7);
  const names = waveNames.slice(0, random.pick([0, 1, 2, 2, 3]));
  const count = Math.max(names.length, random.pick([2, 3, 3, 4, 4, 5, 6]));
  const waves = names.map((name) => waveFor(random, name));
  const clusters = Array.from({ length: count }, (_, index) => clusterFor(random, index, waves.length));
  const later = names.slice(1);
  const alone = clusters.some(({ controlPlanes, workers }) => controlPlanes + workers === 1);
  return {
    seed,
    to,
    clusters: alone ? clusters.map((cluster) => ({ ...cluster, from: patched })) : clusters,
    ...(alone ? { minorOnly: true } : {}),
    waves,
    ...(random.chance(0.3) ? { perRegion: random.between(1, 2) } : {}),
    ...(random.chance(0.3) ? { parallel: random.between(1, 3) } : {}),
    ...(later.length > 0 && random.chance(0.15) ? { holdFirst: random.pick(later) } : {}),
    promotesLate: random.chance(0.3),
    otherMachine: random.chance(0.25),
    resumes: random.chance(0.4),
  };
};

/** Where no waves are declared: none stops another. */
const together: SeenWave = {
  name: 'all',
  soakMs: 0,
  mayFail: { percent: 100 },
  stopsInFlight: false,
  approval: false,
};

/** What the oracle holds the fleet to. `undisturbed`: whether nothing befalls a cluster. */
export const fleetWishOf = (
  { clusters, waves, perRegion }: FleetScenario,
  undisturbed: (cluster: string) => boolean,
): FleetWish => ({
  waves: waves.length === 0 ? [together] : waves,
  members: clusters.map(({ name, wave, region }) => ({
    cluster: name,
    wave,
    alike: new Map(perRegion === undefined ? [] : [[`region=${region}`, perRegion]]),
    undisturbed: undisturbed(name),
  })),
});
