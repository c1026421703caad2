import semver from 'semver';
import type { Version } from './version.ts';

/** Which versions of an add-on go with which of Kubernetes, as an operator wrote it. */
export interface AddonCompatibility {
  readonly name: string;
  /** A pattern for its image, without tag or digest: `*` stands for anything. */
  readonly image: string;
  /** Ranges as of npm's semver: `>=3.30 <3.32` goes with `1.32 - 1.35`. */
  readonly goesWith: readonly { readonly addon: string; readonly kubernetes: string }[];
}

/** Whether a text is a range of versions. Source: npm's semver, "Ranges". */
export const isRange = (text: string): boolean => text.trim() !== '' && semver.validRange(text) !== null;

/** Whether a version lies in a range; a prerelease lies where its release does. */
export const inRange = (version: Version, range: string): boolean => {
  const { major, minor, patch } = semver.parse(version) ?? { major: 0, minor: 0, patch: 0 };
  return semver.satisfies(`${major}.${minor}.${patch}`, range);
};

/**
 * The version that a tag tells: `v3.30.1`, `3.30.1-debian-12-r0`, `v1.4`; undefined for `latest` and what is no version.
 */
export const versionOfTag = (tag: string): Version | undefined => {
  const [, major, minor, patch] = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:[-+].*)?$/.exec(tag) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : `${Number(major)}.${Number(minor)}.${Number(patch ?? 0)}`;
};
