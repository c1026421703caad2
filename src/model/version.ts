import semver from 'semver';

/** A Kubernetes version as written in an inventory, without a leading `v`: `1.36.3`. */
export type Version = string;

// semver alone would also take `=1.36.3` and ` v1.36.3 `, and drop what follows a `+`.
const form = /^v?(\d+\.\d+\.\d+(?:-[\dA-Za-z.-]+)?)$/;

/** `v1.36.3`, `1.36.3` and `1.36.3-rc.0` → the same without `v`; anything else → undefined. */
export const parseVersion = (text: string): Version | undefined =>
  semver.valid(form.exec(text)?.[1] ?? '') ?? undefined;

/** `1.36.3` → `1.36`. @throws TypeError when `version` was not made by parseVersion. */
export const minorOf = (version: Version): string => `${semver.major(version)}.${semver.minor(version)}`;

/** `1.36` → `1.37`. @throws TypeError for what is no minor. */
export const nextMinor = (minor: string): string => `${semver.major(`${minor}.0`)}.${semver.minor(`${minor}.0`) + 1}`;

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export const compareVersions = (a: Version, b: Version): number => semver.compare(a, b);

/** How many minors `to` lies above `from`; negative when it lies below. Both of major 1. */
export const minorsBetween = (from: Version, to: Version): number => semver.minor(to) - semver.minor(from);

/** A deb version (`1.36.3-1.1`) → the upstream version that it packages (`1.36.3`), or undefined. */
export const upstreamOf = (debVersion: string): Version | undefined => parseVersion(debVersion.replace(/-[^-]*$/, ''));
