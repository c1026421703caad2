import { readAs } from '../../model/json.ts';
import { failedHooks, notCovered } from '../../backup/assemble.ts';
import {
  manifestSchema,
  verifiedSchema,
  writeDocument,
  type BackupChecksums,
  type BackupManifest,
  type Coverage,
  type Verification,
} from '../../backup/manifest.ts';
import { checksumsName, encryptedSuffix, manifestName, verifiedName } from '../../backup/names.ts';
import type { BackupPlace, Bytes } from '../../ports/backup-places.ts';
import { UsageError } from '../../model/errors.ts';
import { textOf } from '../kept-text.ts';
import type { Session } from '../session.ts';
import { bytesOf, drained, measure } from './measure.ts';
import { readRecord, storageOf, writeRecord } from './store-backup.ts';
import { readSmall, type Found } from './stored-backups.ts';

/** How a backup in one place was found to be. */
export interface Verdict {
  readonly id: string;
  readonly place: string;
  readonly takenAt: string;
  readonly files: number;
  readonly bytes: number;
  readonly encrypted: boolean;
  /** What is wrong; nothing where it is whole. */
  readonly wrong: readonly string[];
  /** What could not be looked at, and what was found beside it. */
  readonly notes: readonly string[];
  /** Missing where it is encrypted and no secret key was given. */
  readonly manifest?: BackupManifest;
  /** As its checksums say, which are readable without a key. */
  readonly claims?: Coverage;
  /** sha256 of its checksums. */
  readonly checksums: string;
}

interface Verifying {
  readonly session: Session;
  readonly place: BackupPlace;
  readonly found: Found;
  readonly checksums: BackupChecksums;
  /** The text of a file of secret keys. */
  readonly identities?: string;
}

interface Hash {
  readonly bytes: number;
  readonly sha256: string;
}

const differs = (name: string, is: Hash, should: Hash): readonly string[] =>
  is.sha256 === should.sha256 && is.bytes === should.bytes
    ? []
    : [
        `${name} was changed or damaged: ${is.bytes} bytes of sha256 ${is.sha256}, should be ${should.bytes} of ${should.sha256}`,
      ];

/** Reads one file once: as it lies there, and, with a secret key, as it is. `text` only of what is small. */
const readOne = async (
  { session, place, found, checksums, identities }: Verifying,
  name: string,
  wantsText: boolean,
): Promise<{ readonly stored: Hash; readonly plain?: Hash; readonly text?: string }> => {
  const stored = measure(await place.read(`${checksums.cluster}/${found.id}/${name}`));
  if (checksums.encrypted && identities === undefined) return { stored: await drained(stored) };
  const { cipher } = await storageOf(session);
  const plain = checksums.encrypted ? measure(await cipher.decrypt(stored.content, identities ?? '')) : stored;
  const text = wantsText ? await textOf(plain.content) : undefined;
  if (!wantsText) await drained(plain);
  return { stored: stored.result(), plain: plain.result(), ...(text === undefined ? {} : { text }) };
};

/** A file of a backup as it was before it was encrypted. @throws PlaceError, UsageError for a wrong secret key. */
export const plainFile = async (
  session: Session,
  place: BackupPlace,
  { id, checksums }: Found,
  name: string,
  identities?: string,
): Promise<Bytes> => {
  const encrypted = checksums?.encrypted === true;
  const stored = await place.read(`${session.cluster.name}/${id}/${name}${encrypted ? encryptedSuffix : ''}`);
  if (!encrypted) return stored;
  const { cipher } = await storageOf(session);
  return cipher.decrypt(stored, identities ?? '');
};

const plainName = (name: string): string => (name.endsWith(encryptedSuffix) ? name.slice(0, -4) : name);

/** age says what it met; it is the file that is wrong, not the program. */
const unopened = (name: string, error: unknown): string => {
  if (error instanceof UsageError || !(error instanceof Error)) throw error;
  return `${name} cannot be decrypted: ${error.message}`;
};

const lookAtFiles = async (
  verifying: Verifying,
): Promise<{ readonly wrong: string[]; readonly plain: Map<string, Hash>; readonly manifestText?: string }> => {
  const { found, checksums } = verifying;
  const wrong: string[] = [];
  const plain = new Map<string, Hash>();
  let manifestText: string | undefined;
  for (const { name, ...should } of checksums.files) {
    if (!found.folder.names.includes(name)) {
      wrong.push(`${name} is missing`);
      continue;
    }
    const isManifest = plainName(name) === manifestName;
    try {
      const read = await readOne(verifying, name, isManifest);
      wrong.push(...differs(name, read.stored, should));
      if (read.plain !== undefined) plain.set(plainName(name), read.plain);
      if (isManifest) manifestText = read.text;
    } catch (error) {
      wrong.push(unopened(name, error));
    }
  }
  return { wrong, plain, ...(manifestText === undefined ? {} : { manifestText }) };
};

const judgeManifest = (
  { found, checksums }: Verifying,
  text: string,
  plain: ReadonlyMap<string, Hash>,
): { readonly wrong: readonly string[]; readonly manifest?: BackupManifest } => {
  const manifest = readAs(manifestSchema, text);
  if (manifest === undefined) return { wrong: [`${manifestName} is not of a form that this version of nodeops reads`] };
  if (manifest.id !== found.id || manifest.cluster !== checksums.cluster)
    return { wrong: [`${manifestName} is that of ${manifest.cluster}/${manifest.id}`] };
  const wrong = manifest.files.flatMap(({ name, ...should }) => {
    const is = plain.get(name);
    return is === undefined ? [`${name} of the manifest is missing`] : differs(name, is, should);
  });
  return { wrong, manifest };
};

const recordedHash = async (session: Session, id: string, place: string): Promise<string | undefined> =>
  (await readRecord(session, id))?.places[place];

const noRecord =
  'this machine has no record of it: it fits together, but whether it is the one that was stored cannot be told here';
const notOpened = 'encrypted: what lies there is as it was stored; give --identity FILE to look inside';

/** Looks at every byte of a backup in one place. @throws PlaceError, UsageError for a wrong secret key. */
export const verifyBackup = async (
  session: Session,
  place: BackupPlace,
  found: Found,
  identities?: string,
): Promise<Verdict> => {
  const { checksums, id } = found;
  if (checksums === undefined) throw new Error(`${id} was never finished`);
  const verifying: Verifying = {
    session,
    place,
    found,
    checksums,
    ...(identities === undefined ? {} : { identities }),
  };
  const sums = await readSmall(place, `${checksums.cluster}/${id}/${checksumsName}`);
  const recorded = await recordedHash(session, id, place.address);
  const { wrong, plain, manifestText } = await lookAtFiles(verifying);
  const opened = manifestText === undefined ? { wrong: [] } : judgeManifest(verifying, manifestText, plain);
  const known = new Set([checksumsName, verifiedName, ...checksums.files.map(({ name }) => name)]);
  const changed =
    recorded === undefined || recorded === sums.sha256
      ? []
      : [
          `${checksumsName} was changed: its sha256 is ${sums.sha256}, this machine wrote down ${recorded} when it stored the backup`,
        ];
  return {
    id,
    place: place.address,
    takenAt: checksums.takenAt,
    files: checksums.files.length,
    bytes: checksums.files.reduce((sum, { bytes }) => sum + bytes, 0),
    encrypted: checksums.encrypted,
    // Without encryption a file is compared with both documents, and told once.
    wrong: [...new Set([...changed, ...wrong, ...opened.wrong])],
    notes: [
      ...(recorded === undefined ? [noRecord] : []),
      ...(checksums.encrypted && identities === undefined ? [notOpened] : []),
      ...found.folder.names.filter((name) => !known.has(name)).map((name) => `${name} is not part of it`),
    ],
    checksums: sums.sha256,
    ...(checksums.claims === undefined ? {} : { claims: checksums.claims }),
    ...('manifest' in opened && opened.manifest !== undefined ? { manifest: opened.manifest } : {}),
  };
};

/**
 * Remembers that a backup was found whole: on this machine, for the gate, and beside it, so that no other machine
 * takes it for one that can go.
 */
export const rememberVerified = async (
  session: Session,
  place: BackupPlace,
  verdict: Verdict,
  how: Verification['how'],
): Promise<void> => {
  const cluster = session.cluster.name;
  const { id, takenAt, checksums, manifest } = verdict;
  const verification: Verification = { at: new Date(session.clock.now()).toISOString(), how, place: place.address };
  const record = await readRecord(session, id);
  const others = (record?.verified ?? []).filter(
    (each) => each.place !== verification.place || each.how !== verification.how,
  );
  const verified = [...others, verification];
  await writeRecord(session, {
    ...(record ?? {
      format: 1,
      id,
      cluster,
      takenAt,
      tidied: true,
      notCovered: manifest === undefined ? [] : [...notCovered(manifest)],
      hooks: manifest?.application ?? [],
      failedHooks: manifest === undefined ? [] : failedHooks(manifest),
      leftOut: manifest?.leftOut ?? [],
      places: {},
    }),
    places: { ...record?.places, [place.address]: checksums },
    verified,
  });
  const here = verified.filter((each) => each.place === place.address);
  const name = `${cluster}/${id}/${verifiedName}`;
  await place.write(name, bytesOf(writeDocument(verifiedSchema.parse({ format: 1, checksums, verified: here }))));
};
