import { didYouMean } from '../documents/nearest.ts';
import type { Cluster, Node } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';

const isCalled = ({ name: cluster }: Cluster, { name: own }: Node, name: string): boolean =>
  name === own || name === `${cluster}/${own}`;

const joined = (cluster: Cluster, names: readonly string[]): Cluster => {
  const { spares = [], ...rest } = cluster;
  const taken = spares.filter((spare) => names.some((name) => isCalled(cluster, spare, name)));
  if (taken.length === 0) return cluster;
  const left = spares.filter((spare) => !taken.includes(spare));
  return {
    ...rest,
    nodes: [...cluster.nodes, ...taken],
    ...(left.length === 0 ? {} : { spares: left }),
    // As many are there as were before: so many can be missing.
    maxUnavailable: { count: taken.length },
  };
};

/**
 * The clusters with some of their spare machines, by name, among their nodes; so many of their workers may be out of
 * service then. @throws UsageError for a name that no spare machine has.
 */
export const withSpares = (clusters: readonly Cluster[], names: readonly string[]): readonly Cluster[] => {
  const known = clusters.flatMap(({ spares = [] }) => spares.map(({ name }) => name));
  const unknown = names.find(
    (name) => !clusters.some((cluster) => (cluster.spares ?? []).some((spare) => isCalled(cluster, spare, name))),
  );
  if (unknown !== undefined)
    throw new UsageError(
      known.length === 0
        ? `--with-spare ${unknown}: no machine of the inventory is spare`
        : `--with-spare ${unknown}: no such machine is spare: ${didYouMean(unknown, known)}`,
    );
  return clusters.map((cluster) => joined(cluster, names));
};
