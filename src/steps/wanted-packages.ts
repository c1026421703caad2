import type { OfferedPackages } from '../facts/offered-packages.ts';
import type { Packages } from '../facts/packages.ts';
import { newestFirst, type RestorePoint } from '../facts/restore-points.ts';
import { keptArchives } from '../commands/kept-packages.ts';
import type { WantedPackage } from '../commands/apt-get.ts';
import { upstreamOf, type Version } from '../model/version.ts';

/** `ii` or `hi`: unpacked and configured, wanted or held (dpkg-query(1), db:Status-Abbrev). */
export const whole = (status: string | undefined): boolean => /^[ih]i$/.test(status ?? '');

/** The newest packaging of a version: the suffix is not always `-1.1`. */
export const exactVersion = (offered: OfferedPackages, name: string, version: Version): string | undefined =>
  offered.offers[name]?.find((candidate) => upstreamOf(candidate) === version);

/** kubectl need not be on a worker; what is not there is brought to a new host only. */
export const concerned = (state: Packages, wanted: readonly string[], isNew = false): readonly string[] =>
  wanted.filter((name) => isNew || name !== 'kubectl' || state.installed[name] !== undefined);

/** Those that are not there whole in that version. */
export const missing = (
  state: Packages,
  wanted: readonly string[],
  version: Version,
  isNew = false,
): readonly string[] =>
  concerned(state, wanted, isNew).filter((name) => {
    const installed = state.installed[name];
    return !whole(installed?.status) || upstreamOf(installed?.version ?? '') !== version;
  });

/** The archive of a version that the node itself kept, of several the newest run's. */
export const keptPackage = (
  points: readonly RestorePoint[],
  name: string,
  version: Version,
): WantedPackage | undefined =>
  newestFirst(points).flatMap(({ path, debs }) => {
    const deb = debs[name];
    return deb === undefined || upstreamOf(deb.version) !== version
      ? []
      : [{ name, version: deb.version, archive: `${path}/${keptArchives}/${deb.file}` }];
  })[0];
