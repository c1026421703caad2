import { newestFirst, type RestorePoint } from '../facts/restore-points.ts';
import type { Role } from '../model/cluster.ts';
import { compareVersions, minorOf, minorsBetween, type Version } from '../model/version.ts';
import { minorsOnTheWay } from './hops.ts';

/** What a node is, and what it kept of what it was; what could not be asked is missing or empty. */
export interface NodeThen {
  readonly name: string;
  readonly role: Role;
  readonly points: readonly Pick<RestorePoint, 'run' | 'from' | 'to'>[];
  /** Of its kubelet. */
  readonly installed?: Version;
  readonly running?: Version;
  /** Of the package kubeadm. */
  readonly kubeadm?: Version;
  /** Of the static pods in its manifests, but for etcd. */
  readonly components: readonly Version[];
}

export interface WayBack {
  readonly target: Version;
  /** The version in kubeadm-config; missing where no API server answers. */
  readonly configured?: Version;
  readonly nodes: readonly NodeThen[];
}

const highest = (versions: readonly (Version | undefined)[]): Version | undefined =>
  versions
    .flatMap((version) => version ?? [])
    .toSorted(compareVersions)
    .at(-1);

/**
 * The minors between that are still to be gone over. Without an API server nobody says what the cluster is configured
 * for: a hop may have put all static pods back and lack the rest, so that it is gone on with, unless a control plane has
 * begun the one below it.
 */
const minorsBelow = (
  points: NodeThen['points'],
  controlPlanes: readonly NodeThen[],
  way: WayBack,
): readonly string[] => {
  const { configured, target } = way;
  const runs = controlPlanes.flatMap(({ components, running, installed }) => [...components, running ?? installed]);
  const top = highest([...runs, configured ?? newestFirst(points)[0]?.to]) ?? target;
  const minors = minorsOnTheWay(target, top).toReversed();
  if (configured !== undefined) return minors;
  const begun = controlPlanes.flatMap(({ components, installed, kubeadm }) => [...components, installed, kubeadm]);
  return minors.filter((minor) =>
    begun.every((version) => version === undefined || minorsBetween(version, `${minor}.0`) <= 0),
  );
};

/**
 * The versions that a cluster goes back over, the target last: those that its control planes kept themselves on the way
 * up, a minor at a time. Where none of them kept one of these minors, the target alone: for the gate `way-back` to refuse.
 */
export const hopsBack = (way: WayBack): readonly Version[] => {
  const controlPlanes = way.nodes.filter(({ role }) => role === 'control-plane');
  const points = controlPlanes.flatMap((node) => node.points);
  const between = minorsBelow(points, controlPlanes, way).map(
    (minor) => newestFirst(points).find(({ from }) => minorOf(from) === minor)?.from,
  );
  const known = between.flatMap((version) => version ?? []);
  return known.length === between.length ? [...known, way.target] : [way.target];
};

/**
 * Where workers go that were never on the version of a hop, or are below it already: to what they were on before they
 * left over it. They go at once, while the control planes are still above: a kubelet is never newer than its API server,
 * and was allowed to be as old as that. By name; workers that go along are not in it.
 */
export const goingFurther = (version: Version, nodes: readonly NodeThen[]): Readonly<Record<string, Version>> =>
  Object.fromEntries(
    nodes
      .filter(({ role }) => role === 'worker')
      .flatMap(({ name, installed, points }) => {
        if (installed === version || installed === undefined) return [];
        if (compareVersions(installed, version) < 0) return [[name, installed]];
        // The last time it left for what is above: an older point of that very version is of another way.
        const over = newestFirst(points).find(
          ({ from, to }) => compareVersions(from, version) <= 0 && compareVersions(to, version) > 0,
        );
        return over === undefined || over.from === version ? [] : [[name, over.from]];
      }),
  );
