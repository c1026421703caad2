import { createHash } from 'node:crypto';
import { etcdHosts, type Cluster, type Node } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import { selects, type LabelRequirement } from '../model/label-selector.ts';
import { nearest } from '../documents/nearest.ts';

/** The `part`-th of `of` shares, from 1 on. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

export interface Wanted {
  /** Names of clusters; all when left out or empty. */
  readonly clusters?: readonly string[];
  /** Labels that the clusters have. */
  readonly selector?: { readonly text: string; readonly labels: readonly LabelRequirement[] };
  /** Names of waves; clusters of all when left out or empty. */
  readonly waves?: readonly string[];
  readonly shard?: Shard;
  /** Names of nodes, `w1` or `paris/w1`; all when left out or empty. */
  readonly limit?: readonly string[];
}

/** A whole cluster (its state is always looked at as a whole) and the nodes of it that may be worked on. */
export interface Selected {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
}

/**
 * The wanted clusters and nodes in the order of the inventory; clusters without a wanted node are left out.
 * @throws UsageError for a name that does not exist, or that several clusters have, and where no cluster is left.
 */
export const select = (clusters: readonly Cluster[], wanted: Wanted): Selected[] => {
  const named = inWaves(clusters, chooseClusters(clusters, wanted.clusters ?? []), wanted);
  const chosen = inShard(labelled(named, wanted), wanted);
  const limit = wanted.limit ?? [];
  if (limit.length === 0) return chosen.map((cluster) => ({ cluster, nodes: cluster.nodes }));
  const nodes = new Set(
    limit.map((name) => findNode(chosen, name, chosen === clusters ? 'inventory' : 'chosen clusters')),
  );
  return chosen
    .map((cluster) => ({ cluster, nodes: cluster.nodes.filter((node) => nodes.has(node)) }))
    .filter((selected) => selected.nodes.length > 0);
};

const chooseClusters = (clusters: readonly Cluster[], names: readonly string[]): readonly Cluster[] => {
  if (names.length === 0) return clusters;
  const valid = clusters.map((cluster) => cluster.name);
  for (const name of names) if (!valid.includes(name)) throw unknown('cluster', name, valid, 'inventory');
  return clusters.filter((cluster) => names.includes(cluster.name));
};

const inWaves = (all: readonly Cluster[], chosen: readonly Cluster[], { waves = [] }: Wanted): readonly Cluster[] => {
  if (waves.length === 0) return chosen;
  const valid = [...new Set(all.flatMap(({ wave }) => wave?.name ?? []))];
  for (const name of waves) {
    if (valid.length === 0) throw new UsageError(`--wave ${name}: the inventory declares no waves`);
    if (!valid.includes(name)) throw unknown('wave', name, valid, 'inventory');
  }
  const found = chosen.filter(({ wave }) => wave !== undefined && waves.includes(wave.name));
  if (found.length > 0) return found;
  throw new UsageError(
    `none of the chosen clusters is in the wave ${waves.join(', ')}\n    chosen: ${shortened(chosen.map(({ name }) => name))}`,
  );
};

const labelled = (clusters: readonly Cluster[], { selector }: Wanted): readonly Cluster[] => {
  if (selector === undefined) return clusters;
  const found = clusters.filter(({ labels }) => selects(selector.labels, labels));
  if (found.length > 0) return found;
  const known = [
    ...new Set(clusters.flatMap(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`))),
  ];
  throw new UsageError(
    `no cluster has the labels ${selector.text}\n    ${known.length === 0 ? 'none of them has labels' : `their labels: ${shortened(known)}`}`,
  );
};

/** By the name alone: a cluster that comes or goes moves no other one to another machine. */
const shareOf = (name: string, of: number): number =>
  (createHash('sha256').update(name).digest().readUInt32BE() % of) + 1;

const inShard = (clusters: readonly Cluster[], { shard }: Wanted): readonly Cluster[] => {
  if (shard === undefined) return clusters;
  const { part, of } = shard;
  const found = clusters.filter(({ name }) => shareOf(name, of) === part);
  if (found.length > 0) return found;
  const shares = [...new Set(clusters.map(({ name }) => shareOf(name, of)))].toSorted((a, b) => a - b);
  throw new UsageError(
    `--shard ${part}/${of}: none of the ${clusters.length} clusters falls to it\n    they fall to ${shares.join(', ')}`,
  );
};

const isCalled = (cluster: Cluster, { name: own }: Node, name: string): boolean =>
  name === own || name === `${cluster.name}/${own}`;

const findNode = (clusters: readonly Cluster[], name: string, where: string): Node => {
  const all = clusters.flatMap((cluster) =>
    cluster.nodes.map((node) => ({ node, short: node.name, full: `${cluster.name}/${node.name}` })),
  );
  const [found, ...others] = all.filter(({ short, full }) => name === short || name === full);
  if (found === undefined) {
    const etcd = clusters.find((cluster) => etcdHosts(cluster).some((host) => isCalled(cluster, host, name)));
    if (etcd !== undefined)
      throw new UsageError(
        `${name} is a host of etcd in ${etcd.name}, and no node that could be chosen: the etcd of a cluster is looked after as a whole\n    nodes: ${etcd.nodes.map((node) => node.name).join(', ')}`,
      );
    const valid = all.map((node) => (name.includes('/') ? node.full : node.short));
    throw unknown('node', name, valid, where);
  }
  if (others.length === 0) return found.node;
  const places = [found, ...others].map(({ full }) => full);
  throw new UsageError(`the node name ${name} is not unique: write one of ${places.join(', ')}`);
};

/** More names than this do not help anyone to find theirs. */
const shown = 12;

const shortened = (names: readonly string[]): string =>
  `${names.slice(0, shown).join(', ')}${names.length > shown ? ` and ${names.length - shown} more` : ''}`;

const unknown = (what: string, name: string, valid: readonly string[], where: string): UsageError => {
  const near = nearest(name, valid);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  return new UsageError(
    `there is no ${what} ${JSON.stringify(name)} in the ${where}\n    ${hint}${what}s: ${shortened([...new Set(valid)])}`,
  );
};
