import type { Task } from '../../kernel.ts';
import { archiveHash, offersAt } from '../../host/apt-repository.ts';
import { freeBytes } from '../../host/disk.ts';
import type { Call } from '../../shell/tool.ts';
import type { Change } from './apt-choice.ts';
import type { KnownOffer } from './apt-known.ts';

/** Where apt keeps an archive; `:` of an epoch would be written as `%3a`. */
export const archivePath = (archives: string, { offer }: Pick<Change, 'offer'>): string =>
  offer.local ?? `${archives}/${offer.name}_${offer.version.replaceAll(':', '%3a')}_amd64.deb`;

/** Why one archive could not be had, as apt says it. Source: recorded for refused; the others from apt's sources. */
const failure = (call: Call, { offer }: Pick<Change, 'offer'>): string | undefined => {
  const { host } = call;
  const uri = `${offer.uri}/${offer.filename}`;
  const [, scheme, name = ''] = /^(\w+):\/\/([^/]+)/.exec(offer.uri) ?? [];
  const port = scheme === 'https' ? 443 : 80;
  if (host.faults.repository === 'down')
    return `E: Failed to fetch ${uri}  Could not connect to ${name}:${port} (172.31.0.1). - connect (111: Connection refused)\n`;
  if (host.faults.repository === 'corrupt')
    return `E: Failed to fetch ${uri}  Hash Sum mismatch
   Hashes of expected file:
    - SHA256:${archiveHash(offer.filename)}
    - Filesize:${offer.size} [weak]
   Hashes of received file:
    - SHA256:${archiveHash(`${offer.filename} torn`)}
    - Filesize:${offer.size} [weak]
`;
  const there =
    offer.source !== undefined && offersAt(host, offer.source)?.some((one) => one.filename === offer.filename) === true;
  return there ? undefined : `E: Failed to fetch ${uri}  404  Not Found [IP: 172.31.0.1 ${port}]\n`;
};

const content = ({ offer }: Pick<Change, 'offer'>): string => `!<arch>\n${offer.filename}\n`;

/** Fetches what is not there yet; 0, or 100 with the reason said. A kill leaves what was whole by then. */
export function* download(call: Call, archives: string, changes: readonly Pick<Change, 'offer'>[]): Task<number> {
  const { kernel, world, files } = call.host;
  // One of another size is fetched again (apt, pkgAcqArchive::QueueNext; tried with apt 2.6).
  const missing = changes.filter((change) => {
    const path = archivePath(archives, change);
    return files.stat(path) === undefined || files.read(path).length !== content(change).length;
  });
  if (missing.reduce((sum, { offer }) => sum + offer.size, 0) > freeBytes(call.host)) {
    call.err(`E: You don't have enough free space in ${archives}/.\n`);
    return 100;
  }
  let failures = '';
  for (const change of missing) {
    yield kernel.now + world.random.between(300, 2500);
    const why = failure(call, change);
    if (why === undefined) files.write(archivePath(archives, change), content(change), call.actor);
    else failures += why;
  }
  if (failures === '') return 0;
  call.err(`${failures}E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n`);
  return 100;
}

/** `apt-get download NAME=VERSION…`: archives into the working directory, no lock taken. Source: apt-get(8). */
export function* downloadHere(call: Call, offers: readonly KnownOffer[], words: readonly string[]): Task<number> {
  const wanted: { readonly offer: KnownOffer }[] = [];
  for (const word of words) {
    const [name = '', version] = word.split(/=(.*)/s);
    const offer = offers.find((one) => one.name === name && (version === undefined || one.version === version));
    if (offer === undefined) {
      const known = call.host.packages.has(name) || offers.some((one) => one.name === name);
      call.err(
        known ? `E: Version '${version ?? ''}' for '${name}' was not found\n` : `E: Unable to locate package ${name}\n`,
      );
      return 100;
    }
    wanted.push({ offer });
  }
  return yield* download(call, call.path('.'), wanted);
}
