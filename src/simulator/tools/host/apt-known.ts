import { compareDebVersions } from '../../host/deb-version.ts';
import { listName, minorOf, readPackages, shownUri, type Offered } from '../../host/apt-repository.ts';
import { readSources } from '../../host/apt-sources.ts';
import type { Call } from '../../shell/tool.ts';
import type { AptConfiguration } from './apt-configuration.ts';

export interface KnownOffer extends Offered {
  readonly uri: string;
  readonly minor: string;
  /** An archive that was named on the command line: nothing is fetched. */
  readonly local?: string;
}

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
    const minor = minorOf(source);
    return readPackages(host.files.read(path)).map((offer) => ({ ...offer, minor, uri: shownUri(source) }));
  });
  return { offers: offers.toSorted((a, b) => compareDebVersions(b.version, a.version)) };
};
