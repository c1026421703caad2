import type { Task } from '../../kernel.ts';
import { listName, offersAt, packagesText, releaseText, shownUri } from '../../host/apt-repository.ts';
import { readSources, type Source } from '../../host/apt-sources.ts';
import { holderText, lockFile, unlockFile } from '../../host/file-locks.ts';
import { readKeys, type PublicKey } from '../../host/openpgp.ts';
import { repositoryKey } from '../../host/repository-key.ts';
import type { Call } from '../../shell/tool.ts';
import type { AptConfiguration } from './apt-configuration.ts';

const signer = readKeys(repositoryKey())[0]?.keyId ?? '';

/** The key that signs the repository, among those that its source names. */
const signingKey = ({ host }: Call, { signedBy }: Source): PublicKey | undefined =>
  signedBy
    .flatMap((one) => {
      if ('text' in one) return readKeys(one.text);
      return host.files.stat(one.path)?.kind === 'file' ? readKeys(host.files.read(one.path)) : [];
    })
    .find(({ keyId }) => keyId === signer);

const hostOf = ({ uri }: Source): { readonly name: string; readonly port: number } => {
  const [, scheme, name = '', port] = /^(\w+):\/\/(?:[^/@]*@)?([^/:]+)(?::(\d+))?/.exec(uri) ?? [];
  return { name, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
};

interface Trouble {
  /** A repository that does not answer is a warning without `Error-Mode any`; one that is wrong is an error. */
  readonly transient: boolean;
  readonly lines: readonly string[];
}

/** Source: recorded on the lab, apt 2.6: refused, no such minor, missing key, expired key. */
const troubleOf = (call: Call, source: Source): Trouble | undefined => {
  const { host } = call;
  const uri = shownUri(source);
  if (host.faults.repository === 'down') {
    const { name, port } = hostOf(source);
    const why = `Could not connect to ${name}:${port} (172.31.0.1). - connect (111: Connection refused)`;
    return { transient: true, lines: [`Failed to fetch ${uri}/InRelease  ${why}`] };
  }
  if (offersAt(host, source) === undefined)
    return { transient: false, lines: [`E: The repository '${uri}  Release' does not have a Release file.`] };
  const unsigned = `E: The repository '${uri}  InRelease' is not signed.`;
  const key = signingKey(call, source);
  if (key === undefined) {
    const why = `The following signatures couldn't be verified because the public key is not available: NO_PUBKEY ${signer}`;
    return { transient: false, lines: [`W: GPG error: ${uri}  InRelease: ${why}`, unsigned] };
  }
  if (key.expiresAt !== undefined && key.expiresAt * 1000 <= host.kernel.now + host.clockOffsetMs) {
    const why = `The following signatures were invalid: EXPKEYSIG ${key.keyId} ${key.userIds[0]?.text ?? ''}`;
    return { transient: false, lines: [`W: GPG error: ${uri}  InRelease: ${why}`, unsigned] };
  }
  return undefined;
};

/** A list is written only where it changed: `Hit` otherwise. */
const putLists = (call: Call, lists: string, source: Source): void => {
  const { files } = call.host;
  const packages = packagesText(offersAt(call.host, source) ?? []);
  const texts = [
    ['InRelease', releaseText(call.host, source, packages.length)],
    ['Packages', packages],
  ] as const;
  for (const [index, text] of texts) {
    const path = `${lists}/${listName(source, index)}`;
    if (files.stat(path) === undefined || files.read(path) !== text) files.write(path, text, call.actor);
  }
};

const cleanUp = (call: Call, lists: string, sources: readonly Source[]): void => {
  const wanted = new Set(sources.flatMap((source) => [listName(source, 'InRelease'), listName(source, 'Packages')]));
  for (const name of call.host.files.list(lists))
    if (/_(InRelease|Packages)$/.test(name) && !wanted.has(name))
      call.host.files.remove(`${lists}/${name}`, call.actor);
};

function* fetchAll(call: Call, configuration: AptConfiguration, sources: readonly Source[]): Task<number> {
  const { kernel, world } = call.host;
  const said: string[] = [];
  let failed = false;
  for (const source of sources) {
    yield kernel.now + world.random.between(200, 1500);
    const trouble = troubleOf(call, source);
    if (trouble === undefined) putLists(call, configuration.lists, source);
    else if (!trouble.transient) said.push(...trouble.lines);
    else said.push(...trouble.lines.map((line) => `${configuration.errorModeAny ? 'E' : 'W'}: ${line}`));
    failed ||= trouble !== undefined && (!trouble.transient || configuration.errorModeAny);
    if (trouble?.transient === true)
      said.push(
        `${configuration.errorModeAny ? 'E' : 'W'}: Some index files failed to download. They have been ignored, or old ones used instead.`,
      );
  }
  if (!failed && configuration.listCleanup) cleanUp(call, configuration.lists, sources);
  yield kernel.now + world.random.between(100, 400);
  call.err(said.map((line) => `${line}\n`).join(''));
  return failed ? 100 : 0;
}

/** What apt warns of where there is neither a source file nor a directory of them. Recorded with apt 2.6.2. */
const missingSources = ({ host }: Call, { sourceList, sourceParts }: AptConfiguration): string =>
  host.files.stat(sourceList)?.kind === 'file' || host.files.stat(sourceParts)?.kind === 'directory'
    ? ''
    : `W: Unable to read ${sourceParts}/ - DirectoryExists (2: No such file or directory)\nW: Unable to read ${sourceList} - RealFileExists (2: No such file or directory)\n`;

/** `apt-get update`. Source: apt-get(8); apt does not wait for the lock of its lists. */
export function* update(call: Call, configuration: AptConfiguration): Task<number> {
  const { host } = call;
  call.err(missingSources(call, configuration));
  const found = readSources(host, configuration.sourceList, configuration.sourceParts);
  if ('malformed' in found) {
    call.err(`${found.malformed}\nE: The list of sources could not be read.\n`);
    return 100;
  }
  const lock = `${configuration.lists}/lock`;
  if (!lockFile(call, lock)) {
    call.err(
      `E: Could not get lock ${lock}. It is held by process ${holderText(host, lock)}\nE: Unable to lock directory ${configuration.lists}/\n`,
    );
    return 100;
  }
  try {
    return yield* fetchAll(call, configuration, found.sources);
  } finally {
    unlockFile(call, lock);
  }
}
