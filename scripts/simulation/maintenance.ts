import type { Maintenance as SeenMaintenance } from '../../src/simulator/oracle/maintenance-wish.ts';
import { patchable, type System } from '../../src/simulator/host/operating-system.ts';
import { Random } from '../../src/simulator/random.ts';

/** What can be asked for that leaves Kubernetes itself as it is. */
export const operations = ['os-patch', 'reboot', 'drain', 'cordon', 'uncordon'] as const;
export type Operation = (typeof operations)[number];

/** A maintenance of nodes as a seed draws it. Nodes by their names in the cluster. */
export interface Maintenance {
  readonly operation: Operation;
  /** Those that are named; all where none is. */
  readonly nodes: readonly string[];
  readonly reboot: 'required' | 'always' | 'never';
  readonly securityOnly: boolean;
  readonly exclude: readonly string[];
  /** Nodes that an operator took out before, with nodeops. */
  readonly keptOut: { readonly by: 'drain' | 'cordon'; readonly nodes: readonly string[] };
  /** A node that somebody else cordoned before. */
  readonly cordoned: readonly string[];
  readonly systems: ReadonlyMap<string, System>;
}

interface Drawn {
  readonly seed: number;
  readonly names: readonly string[];
  readonly maxUnavailable: number;
}

const subset = (random: Random, of: readonly string[], chance: number): ReadonlySet<string> =>
  new Set(of.filter(() => random.chance(chance)));

const systemOf = (random: Random, notes: Pick<System, 'notes'>): System => ({
  outdated: random.chance(0.2) ? new Set() : subset(random, patchable, 0.6),
  held: random.chance(0.35) ? subset(random, patchable, 0.3) : new Set(),
  unheld: random.chance(0.3) ? subset(random, ['kubeadm', 'kubelet', 'kubectl', 'kubernetes-cni'], 0.5) : new Set(),
  ...notes,
  hasNeedrestart: random.chance(0.4),
  hasOldLists: random.chance(0.5),
  awaitsRestart: random.chance(0.4),
});

const operationOf = (random: Random): Operation => {
  if (random.chance(0.5)) return 'os-patch';
  return random.pick(['reboot', 'reboot', 'reboot', 'drain', 'drain', 'uncordon', 'uncordon', 'cordon'] as const);
};

const isWorker = (name: string): boolean => /-w\d+$/.test(name);

/** As many as may be out at once, and now and then one more, which is refused. */
const forDrain = (random: Random, { names, maxUnavailable }: Drawn): readonly string[] => {
  const workers = names.filter(isWorker);
  if (workers.length === 0 || random.chance(0.2)) return names.filter((name) => !isWorker(name)).slice(0, 1);
  const from = random.below(workers.length);
  const turned = [...workers.slice(from), ...workers.slice(0, from)];
  return turned.slice(0, random.chance(0.15) ? maxUnavailable + 1 : random.between(1, maxUnavailable));
};

const nodesOf = (random: Random, operation: Operation, drawn: Drawn): readonly string[] => {
  const { names } = drawn;
  if (operation === 'drain') return forDrain(random, drawn);
  if (operation === 'cordon' || operation === 'uncordon') return names.filter(() => random.chance(0.5)).slice(0, 3);
  if (random.chance(0.7)) return [];
  return random.chance(0.5) ? names.filter(isWorker) : [random.pick(names)];
};

const orOne = (nodes: readonly string[], { names }: Drawn): readonly string[] =>
  nodes.length > 0 ? nodes : names.slice(-1);

/** Beside all else of a seed, so that other courses stay as they were. */
export const drawMaintenance = (drawn: Drawn): Maintenance => {
  const random = new Random(drawn.seed ^ 0x0517a7c4);
  const operation = operationOf(random);
  const some = nodesOf(random, operation, drawn);
  const named = operation === 'os-patch' || operation === 'reboot' ? some : orOne(some, drawn);
  const workers = drawn.names.filter(isWorker);
  const notes = random.pick([{}, { notes: 'unattended-upgrades' }, { notes: 'update-notifier-common' }] as const);
  const systems = new Map(drawn.names.map((name) => [name, systemOf(random, notes)]));
  const reboot =
    operation === 'reboot'
      ? random.pick(['always', 'required'] as const)
      : random.pick(['required', 'required', 'always', 'never'] as const);
  const wasOut = operation === 'uncordon' ? named : random.chance(0.1) ? workers.slice(0, 1) : [];
  const by = random.pick(['drain', 'cordon'] as const);
  const isRoom = wasOut.filter(isWorker).length <= drawn.maxUnavailable && workers.length > 1;
  const securityOnly = random.chance(0.3);
  const exclude = random.chance(0.4) ? [random.pick(['containerd', 'libssl3', 'linux-image-amd64', 'tzdata'])] : [];
  const isCordoned = random.chance(0.12) && workers.length > 1;
  // Who asks for a node back that is somebody else's is refused.
  const theirs = operation === 'uncordon' && random.chance(0.25) ? named.slice(0, 1) : [];
  const cordoned = isCordoned ? workers.slice(-1).filter((name) => !wasOut.includes(name)) : theirs;
  return {
    operation,
    nodes: named,
    reboot,
    securityOnly,
    exclude,
    keptOut: { by: isRoom ? by : 'cordon', nodes: wasOut.filter((name) => !cordoned.includes(name)) },
    cordoned,
    systems,
  };
};

/** What hosts need beside an upgrade (`nodeops upgrade --os-patch`), of all nodes; nobody else keeps any of them out. */
export const drawPatches = (drawn: Drawn): Maintenance => ({
  ...drawMaintenance(drawn),
  operation: 'os-patch',
  nodes: [],
  keptOut: { by: 'cordon', nodes: [] },
  cordoned: [],
});

/** What its playbook is given, but for the name by which the nodes know of it. */
export const parametersOf = (
  { operation, reboot, securityOnly, exclude }: Maintenance,
  drain: 'none' | undefined,
): Readonly<Record<string, string | boolean>> => {
  if (operation !== 'os-patch' && operation !== 'reboot') return {};
  const waived = drain === undefined ? {} : { drain };
  if (operation === 'reboot') return { reboot, ...waived };
  return {
    reboot,
    ...(securityOnly ? { securityOnly } : {}),
    ...(exclude.length === 0 ? {} : { exclude: exclude.join(',') }),
    ...waived,
  };
};

/** Whether an operator took nodes out before. */
export const isKeptOut = (maintenance: Maintenance | undefined): boolean =>
  (maintenance?.keptOut.nodes.length ?? 0) > 0;

/** The same as the oracle knows it. `all`: the cluster's nodes. */
export const seenMaintenance = (maintenance: Maintenance, all: readonly string[]): SeenMaintenance => {
  const { operation, nodes, reboot, securityOnly, exclude } = maintenance;
  const patches = operation === 'os-patch';
  return {
    operation,
    nodes: new Set(nodes.length === 0 ? all : nodes),
    reboot,
    securityOnly: patches && securityOnly,
    excluded: new Set(patches ? exclude : []),
  };
};
