import semver from 'semver';

/** `2.1.5`: one version of containerd; `2.1` and `2`: the newest of a minor, or of a major. */
export const runtimeWishForm = /^[1-9]\d*(?:\.\d+){0,2}$/;

/**
 * The version that a package or a program of containerd names: `1.6.20~ds1-1+deb12u1`, `v2.1.5` and `2.1.5-1~debian.12~bookworm`
 * begin with it. Undefined for one that was made before its release (`2.2.0~rc.1`), and for what is none.
 */
export const runtimeVersionOf = (text: string): string | undefined => {
  const [, version, rest = ''] = /^(?:\d+:)?v?(\d+\.\d+\.\d+)([^\d.].*)?$/.exec(text.trim()) ?? [];
  return version === undefined || /^[~-](?:alpha|beta|rc)/.test(rest) ? undefined : version;
};

/** Whether a version is what was asked for, or one of what was. */
export const fitsWish = (version: string, wish: string): boolean =>
  version === wish || (/^\d+(?:\.\d+)?$/.test(wish) && version.startsWith(`${wish}.`));

/** Whether all that was asked for is older than a version. */
export const isOlderWish = (wish: string, version: string): boolean =>
  !fitsWish(version, wish) && semver.lt(semver.coerce(wish)?.version ?? version, version);
