import { Random } from '../../../src/simulator/random.ts';

/** Nodes that leave or join: what is typed, of which nodes, on a cluster of what size. */
export interface NodesScenario {
  readonly operation: 'remove' | 'forget' | 'add' | 'replace';
  readonly node: string;
  /** A second one that joins with it. */
  readonly beside?: string;
  /** Another machine that died as well, and that nobody replaces. */
  readonly alsoDead?: string;
  /** It is said to be gone, and lives. */
  readonly mistaken: boolean;
  /** What is to join has been a node before, and its packages are held; otherwise they are not. */
  readonly held: boolean;
}

interface Size {
  readonly controlPlanes: number;
  readonly workers: number;
}

const nameOf = (cluster: string, role: 'cp' | 'w', at: number): string => `${cluster}-${role}${at}`;

/** Which node it is about: a control plane in two of five, where there is more than one. */
const leaving = (random: Random, cluster: string, { controlPlanes, workers }: Size): string => {
  const isPlane = random.chance(0.4) || workers === 0;
  return isPlane && controlPlanes > 1
    ? nameOf(cluster, 'cp', random.between(1, controlPlanes))
    : nameOf(cluster, 'w', random.between(1, Math.max(1, workers)));
};

/** Drawn from the seed beside all else. `given`: the cluster's size, where the command line says it. */
export const drawNodes = (
  seed: number,
  cluster: string,
  given: Size | undefined,
): { readonly size: Size; readonly nodes: NodesScenario } => {
  const random = new Random(seed ^ 0x0de5);
  const drawn = { controlPlanes: random.pick([1, 2, 3, 3]), workers: random.pick([1, 2, 2, 3]) };
  const size = given ?? drawn;
  const operation = random.pick(['remove', 'remove', 'forget', 'add', 'add'] as const);
  const node = operation === 'add' ? nameOf(cluster, 'w', size.workers + 1) : leaving(random, cluster, size);
  return {
    size,
    nodes: { operation, node, mistaken: operation === 'forget' && random.chance(0.2), held: random.chance(0.4) },
  };
};

/** A control plane or two more; 1→2, 2→3, 1→3. */
const growing = (
  random: Random,
  cluster: string,
  given: Size | undefined,
): Pick<NodesScenario, 'node' | 'beside'> & { readonly size: Size } => {
  const drawn = { controlPlanes: random.pick([1, 1, 2, 2]), workers: random.pick([0, 1, 1, 2]) };
  const two = random.chance(0.3);
  const size = given ?? drawn;
  const node = nameOf(cluster, 'cp', size.controlPlanes + 1);
  const beside = two && size.controlPlanes === 1 ? { beside: nameOf(cluster, 'cp', 3) } : {};
  return { size, node, ...beside };
};

/**
 * A machine that died, and another one that has its name: a worker; a control plane of three; one of two, or one of three
 * beside another that died, whose etcd has no quorum any more.
 */
const replacing = (
  random: Random,
  cluster: string,
  given: Size | undefined,
): Pick<NodesScenario, 'node' | 'alsoDead'> & { readonly size: Size } => {
  const kind = random.pick(['worker', 'worker', 'plane', 'plane', 'plane', 'of-two', 'two-of-three'] as const);
  const drawn = { controlPlanes: kind === 'of-two' ? 2 : 3, workers: random.pick([1, 2, 2]) };
  const small = { ...drawn, controlPlanes: random.pick([1, 3]) };
  const size = given ?? (kind === 'worker' ? small : drawn);
  const isWorker = kind === 'worker' || size.controlPlanes === 1;
  const at = random.between(1, isWorker ? Math.max(1, size.workers) : size.controlPlanes);
  const other = (at % size.controlPlanes) + 1;
  return {
    size,
    node: nameOf(cluster, isWorker ? 'w' : 'cp', at),
    ...(kind === 'two-of-three' && size.controlPlanes === 3 ? { alsoDead: nameOf(cluster, 'cp', other) } : {}),
  };
};

/** Control planes that join, and machines that take the places of dead ones; a course of its own, so that all others draw as ever. */
export const drawJoins = (seed: number, cluster: string, given: Size | undefined): ReturnType<typeof drawNodes> => {
  const random = new Random(seed ^ 0x10a5);
  const operation = random.pick(['add', 'replace'] as const);
  const held = random.chance(0.4);
  const mistaken = operation === 'replace' && random.chance(0.1);
  const { size, ...others } = (operation === 'add' ? growing : replacing)(random, cluster, given);
  return { size, nodes: { operation, ...others, mistaken, held } };
};

/** What machines there are for it beside those of the cluster. */
export const machinesOf = ({
  operation,
  node,
  beside,
  mistaken,
}: NodesScenario): {
  readonly bareWorkers: number;
  readonly bareControlPlanes: number;
  readonly exchanged: readonly string[];
  readonly hasAuthority?: boolean;
} => {
  const isPlane = node.includes('-cp');
  const added = operation === 'add' ? (beside === undefined ? 1 : 2) : 0;
  return {
    bareWorkers: isPlane ? 0 : added,
    bareControlPlanes: isPlane ? added : 0,
    exchanged: operation === 'replace' && !mistaken ? [node] : [],
    ...(isPlane && (operation === 'add' || operation === 'replace') ? { hasAuthority: true } : {}),
  };
};
