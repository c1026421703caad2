import type { System } from '../../../src/simulator/host/operating-system.ts';
import { Random } from '../../../src/simulator/random.ts';
import { hostName, type BareHost } from '../../../src/simulator/world/create-host.ts';
import { clusterName, type Topology } from '../scenario.ts';

/** What makes a host, or the wish, unfit: it has to be said, and nothing may be touched. */
export const refusals = ['files', 'data', 'port', 'small', 'network', 'address'] as const;
export type Refusal = (typeof refusals)[number];

/** Everything about the making of a cluster but its faults, drawn from its seed. */
export interface CreateScenario extends Topology {
  readonly seed: number;
  readonly name: string;
  readonly from: string;
  /** By name. */
  readonly hosts: ReadonlyMap<string, BareHost>;
  /** Hosts whose operating system is looked at: those without containerd get it from Debian. */
  readonly systems: ReadonlyMap<string, System>;
  /** Packages that are there already, and nobody holds. */
  readonly unheld: ReadonlySet<string>;
  readonly refusal?: { readonly what: Refusal; readonly host: string };
  /** The network of pods comes with a manifest; otherwise from the hosts (`--no-cni`). */
  readonly hasCni: boolean;
  readonly hasEndpoint: boolean;
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** As the inventory writes them: `key=value:Effect`. */
  readonly taints: ReadonlyMap<string, readonly string[]>;
  /** `nodeops resume last` is typed at every second time. */
  readonly resumes: boolean;
  readonly otherMachine: boolean;
  readonly dryRunFirst: boolean;
  /** What is done with the cluster afterwards; `foreign`: one of its hosts belongs to another cluster by then. */
  readonly after: 'nothing' | 'reset' | 'reset-foreign';
}

const versions = ['1.36.3', '1.35.4', '1.35.4', '1.34.2'] as const;

const nakedSystem: System = {
  outdated: new Set(),
  held: new Set(),
  unheld: new Set(),
  hasNeedrestart: false,
  hasOldLists: false,
  awaitsRestart: false,
  lacks: new Set(['containerd']),
};

const namesOf = ({ controlPlanes, workers }: Topology): readonly string[] => [
  ...Array.from({ length: controlPlanes }, (_, at) => hostName(clusterName, 'control-plane', at + 1)),
  ...Array.from({ length: workers }, (_, at) => hostName(clusterName, 'worker', at + 1)),
];

const drawHost = (random: Random): BareHost => ({
  has: random.pick(['nothing', 'nothing', 'containerd', 'packages'] as const),
  machine: {
    forwards: false,
    forwardsAtStart: false,
    swap: random.chance(0.3) ? ['/dev/vda2'] : [],
  },
});

const isPlane = (host: string): boolean => host.startsWith(`${clusterName}-cp`);

const ports = { plane: [6443, 2379, 2380, 10_250, 10_257, 10_259], worker: [10_250] } as const;

/** The host as it is found where it is unfit by itself. */
const unfit = (random: Random, host: BareHost, name: string, what: Refusal): BareHost => {
  const { machine } = host;
  if (what === 'port')
    return { ...host, machine: { ...machine, listeners: [random.pick(isPlane(name) ? ports.plane : ports.worker)] } };
  if (what !== 'small') return host;
  return { ...host, machine: { ...machine, ...(random.chance(0.5) ? { cpus: 1 } : { memoryKiB: 1_000_000 }) } };
};

const drawRefusal = (random: Random, names: readonly string[]): CreateScenario['refusal'] => {
  const isRefused = random.chance(0.15);
  const what = random.pick(refusals);
  const host = random.pick(what === 'small' ? names.filter(isPlane) : names);
  return isRefused ? { what, host } : undefined;
};

/** The scenario of a seed; a topology that is given takes the place of the drawn one. */
export const createScenarioOf = (seed: number, given?: Topology): CreateScenario => {
  const random = new Random(seed ^ 0xc4ea7e);
  const drawn = { controlPlanes: random.pick([1, 1, 1, 1, 2, 3, 3]), workers: random.pick([0, 1, 1, 2, 3]) };
  const topology = given ?? drawn;
  const names = namesOf(topology);
  const from = random.pick(versions);
  const refusal = drawRefusal(random, names);
  const found = names.map((name) => [name, drawHost(random)] as const);
  const hosts = new Map(
    found.map(([name, host]) => [name, refusal?.host === name ? unfit(random, host, name, refusal.what) : host]),
  );
  return {
    seed,
    name: clusterName,
    ...topology,
    from,
    hosts,
    systems: new Map(found.flatMap(([name, { has }]) => (has === 'nothing' ? [[name, nakedSystem] as const] : []))),
    unheld: new Set(names.filter(() => random.chance(0.5))),
    ...(refusal === undefined ? {} : { refusal }),
    hasCni: random.chance(0.5),
    hasEndpoint: topology.controlPlanes > 1 || random.chance(0.5),
    labels: new Map(
      names.flatMap((name) => (random.chance(0.4) ? [[name, { disk: 'ssd', rack: 'r7' }] as const] : [])),
    ),
    taints: new Map(
      // CoreDNS has to find a place: it puts up with nobody's taints but kubeadm's own.
      names.slice(1).flatMap((name) => (random.chance(0.3) ? [[name, ['dedicated=gpu:NoSchedule']] as const] : [])),
    ),
    resumes: random.chance(0.4),
    otherMachine: random.chance(0.3),
    dryRunFirst: random.chance(0.2),
    after: random.pick(['nothing', 'nothing', 'reset', 'reset', 'reset-foreign'] as const),
  };
};
