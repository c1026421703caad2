import semver from 'semver';
import { minorsBetween } from '../model/version.ts';

interface Support {
  /** The first minor of Kubernetes that lists these. */
  readonly from: string;
  readonly containerd: readonly string[];
}

/**
 * The versions of containerd that a minor lists as supported; older ones go on working for now, and kubeadm only warns.
 * Source: containerd.io, "Kubernetes support"; the lab runs 1.36.3 on containerd 1.6.20.
 */
const supports: readonly Support[] = [
  { from: '1.36.0', containerd: ['2.2.0', '2.3.0'] },
  { from: '1.35.0', containerd: ['1.7.28', '2.1.5', '2.2.0'] },
];

/** At least the patch named for its own minor; of a minor above all that are named: any. */
const isListed = (version: string, listed: readonly string[]): boolean => {
  const own = listed.find(
    (each) => semver.major(each) === semver.major(version) && semver.minor(each) === semver.minor(version),
  );
  return own === undefined ? listed.every((each) => semver.gt(version, each)) : semver.gte(version, own);
};

/**
 * The versions of containerd that a version of Kubernetes lists, where the one named is none of them: `2.2.0+, 2.3.0+`.
 * Undefined where it is one, or nothing is known. `containerd` may carry a suffix: `1.6.20~ds1`.
 */
export const listedInstead = (containerd: string, kubernetes: string): string | undefined => {
  const version = semver.coerce(containerd)?.version;
  const support = supports.find(({ from }) => minorsBetween(from, kubernetes) >= 0);
  return support === undefined || version === undefined || isListed(version, support.containerd)
    ? undefined
    : support.containerd.map((each) => `${each}+`).join(', ');
};
