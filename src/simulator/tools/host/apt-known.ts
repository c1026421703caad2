import { compareDebVersions } from '../../host/deb-version.ts';
import { archiveOf, listName, minorOf, readPackages, shownUri, type Offered } from '../../host/apt-repository.ts';
import { readSources, type Source } from '../../host/apt-sources.ts';
import type { Call } from '../../shell/tool.ts';
import type { Host } from '../../world/host.ts';
import type { AptConfiguration } from './apt-configuration.ts';

export interface KnownOffer extends Offered {
  readonly uri: string;
  /** Missing of an archive that lies on the host. */
  readonly source?: Source;
  /** As `apt-get -s` names where it comes from. */
  readonly origin: string;
  /** An archive that was named on the command line: nothing is fetched. */
  readonly local?: string;
}

/**
 * Label, version and archive, as the Release file has them. Source: apt, pkgcache.cc, `VerIterator::RelStr`; tried with
 * apt 2.6.2. What pkgs.k8s.io calls itself is seen in many a log.
 */
const originOf = (host: Host, source: Source): string => {
  const archive = archiveOf(host, source);
  return archive === undefined
    ? `isv:kubernetes:core:stable:v${minorOf(source)}:pkgs.k8s.io`
    : `${archive.label}:${archive.version}/${archive.archive}`;
};

/** What the lists say that belong to the sources as they are now, newest first; or why the sources cannot be read. */
export const knownOffers = (
  { host }: Call,
  { lists, sourceList, sourceParts }: AptConfiguration,
): { readonly offers: readonly KnownOffer[] } | { readonly malformed: string } => {
  const found = readSources(host, sourceList, sourceParts);
  if ('malformed' in found) return found;
  const offers = found.sources.flatMap((source) => {
    const path = `${lists}/${listName(source, 'Packages')}`;
    // A repository of which no list was ever read offers nothing, whatever it is.
    if (host.files.stat(path) === undefined) return [];
    const about = { source, uri: shownUri(source), origin: originOf(host, source) };
    return readPackages(host.files.read(path)).map((offer) => ({ ...offer, ...about }));
  });
  return { offers: offers.toSorted((a, b) => compareDebVersions(b.version, a.version)) };
};
