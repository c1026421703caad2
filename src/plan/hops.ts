import semver from 'semver';
import { compareVersions, minorOf, minorsBetween, type Version } from '../model/version.ts';

export interface Way {
  /** The version in kubeadm-config. */
  readonly current: Version;
  readonly target: Version;
  /** What the nodes run that every hop brings along. */
  readonly running: readonly Version[];
  /** An unfinished run has left nodes out of service that the next hop waits for: its end gives them back. */
  readonly stranded?: boolean;
  /** By minor: the versions that every node's repository offers. */
  readonly offered: ReadonlyMap<string, readonly Version[]>;
  /** Versions to go over instead of the newest of their minor. */
  readonly via: readonly Version[];
}

/** The minors strictly between two versions: `1.34.4`, `1.37.1` → `1.35`, `1.36`. */
export const minorsOnTheWay = (current: Version, target: Version): readonly string[] =>
  Array.from({ length: Math.max(0, minorsBetween(current, target) - 1) }, (_none, index) =>
    minorOf(`${semver.major(current)}.${semver.minor(current) + index + 1}.0`),
  );

/** Without pre-releases; of a minor that nothing is known of its first version, which a gate then looks for. */
const newest = (minor: string, offered: readonly Version[]): Version =>
  offered
    .filter((version) => semver.prerelease(version) === null)
    .toSorted(compareVersions)
    .at(-1) ?? `${minor}.0`;

/**
 * The versions that a cluster goes over, the target last. kubeadm goes one minor at a time; a hop that was begun and left
 * is ended first, to the version that it had. Source: kubernetes.io, Version skew policy; Upgrading kubeadm clusters.
 */
export const hopsOf = ({ current, target, running, stranded = false, offered, via }: Way): readonly Version[] => {
  if (minorsBetween(current, target) < 1) return [target];
  const unfinished = stranded || running.some((version) => minorsBetween(version, current) > 0);
  return [
    ...(unfinished ? [current] : []),
    ...minorsOnTheWay(current, target).map(
      (minor) => via.find((version) => minorOf(version) === minor) ?? newest(minor, offered.get(minor) ?? []),
    ),
    target,
  ];
};
