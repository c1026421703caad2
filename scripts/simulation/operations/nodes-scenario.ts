import { Random } from '../../../src/simulator/random.ts';

/** Nodes that leave or join: what is typed, of which nodes, on a cluster of what size. */
export interface NodesScenario {
  readonly operation: 'remove' | 'forget' | 'add';
  readonly node: string;
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
