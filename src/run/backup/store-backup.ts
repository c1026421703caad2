import { readAs } from '../../model/json.ts';
import { assembleManifest, coverageOf, failedHooks, notCovered } from '../../backup/assemble.ts';
import {
  recordSchema,
  writeDocument,
  type BackupChecksums,
  type BackupManifest,
  type BackupRecord,
} from '../../backup/manifest.ts';
import { hookOutcomeSchema, type HookOutcome } from '../../backup/hook-outcome.ts';
import {
  checksumsName,
  encryptedSuffix,
  gatheredIn,
  hookOutcomesIn,
  manifestName,
  recordName,
} from '../../backup/names.ts';
import type { Action } from '../../model/action.ts';
import { parseBackupTarget } from '../../model/backup-target.ts';
import type { Bytes, BackupPlace } from '../../ports/backup-places.ts';
import type { Emit } from '../emit.ts';
import { readNotes, readText, writeText } from '../kept-text.ts';
import type { Session, Storage } from '../session.ts';
import { bytesOf, measure } from './measure.ts';

type StoreAction = Extract<Action, { do: 'store' }>;

/** What went wrong, in words. */
export interface Trouble {
  readonly trouble: string;
}

/** Texts that a manifest is made of are small; snapshots and archives are not. */
const smallBytes = 16 * 1024 * 1024;

/** @throws Error where a session was made for looking only: a fault of the program. */
export const storageOf = async ({ storage }: Session): Promise<Storage> => {
  if (storage === undefined) throw new Error('nothing can be stored in this session');
  return storage();
};

/** Opens a place by its address, and closes it whatever happens. */
export const inPlace = async <T>(
  session: Session,
  address: string,
  work: (place: BackupPlace) => Promise<T>,
): Promise<T> => {
  const target = parseBackupTarget(address);
  if (target === undefined) throw new Error(`${address} is no place for backups`);
  const { places } = await storageOf(session);
  const place = await places.open(target, session.cluster);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
};

const hookOutcomesOf = async ({ artifacts, cluster }: Session, run: string): Promise<readonly HookOutcome[]> => {
  const notes = await readNotes(artifacts, hookOutcomesIn(cluster.name, run));
  return [...notes.values()].flatMap((text) => readAs(hookOutcomeSchema, text) ?? []);
};

const gather = async (session: Session, { backup, objects }: StoreAction): Promise<BackupManifest | Trouble> => {
  const { cluster, artifacts, clock } = session;
  const folder = gatheredIn(cluster.name, backup);
  const files: BackupManifest['files'] = [];
  const texts = new Map<string, string>();
  for (const full of await artifacts.list(folder)) {
    const name = full.slice(folder.length + 1);
    // How hooks ended is told by the manifest.
    if (full.startsWith(`${hookOutcomesIn(cluster.name, backup)}/`)) continue;
    const found = await artifacts.find(full);
    if (found === undefined) continue;
    files.push({ name, bytes: found.bytes, sha256: found.sha256 });
    if (/\.(json|txt)$/.test(name) && found.bytes < smallBytes)
      texts.set(name, (await readText(artifacts, full)) ?? '');
  }
  const { nodeops } = await storageOf(session);
  const hooks = await hookOutcomesOf(session, backup);
  const takenAt = clock.now();
  const manifest = assembleManifest({ id: backup, cluster, nodeops, takenAt, files, texts, hooks, objects });
  return 'missing' in manifest
    ? { trouble: `${folder}/${manifest.missing} is missing, or not as the node should have written it` }
    : manifest;
};

const sealed = async (session: Session, content: Bytes): Promise<Bytes> => {
  const { recipients } = session.cluster.backup;
  if (recipients.length === 0) return content;
  const { cipher } = await storageOf(session);
  return cipher.encrypt(content, recipients);
};

const covered = (manifest: BackupManifest): Pick<BackupChecksums, 'claims'> => {
  const claims = coverageOf(manifest);
  return claims === undefined ? {} : { claims };
};

/** Writes one backup into one place, its checksums last; returns their sha256 and how much it was. */
const storeIn = async (
  session: Session,
  place: BackupPlace,
  manifest: BackupManifest,
): Promise<{ readonly sha256: string; readonly bytes: number } | Trouble> => {
  const { cluster, id, takenAt } = manifest;
  const encrypted = session.cluster.backup.recipients.length > 0;
  const files: BackupChecksums['files'] = [];
  const put = async (name: string, content: Bytes): Promise<void> => {
    const stored = encrypted ? `${name}${encryptedSuffix}` : name;
    const measured = measure(await sealed(session, content));
    await place.write(`${cluster}/${id}/${stored}`, measured.content);
    files.push({ name: stored, ...measured.result() });
  };
  for (const { name } of manifest.files) {
    const content = await session.artifacts.read(`${gatheredIn(cluster, id)}/${name}`);
    if (content === undefined) return { trouble: `${name} was taken away while it was stored` };
    await put(name, content);
  }
  await put(manifestName, bytesOf(writeDocument(manifest)));
  const checksums: BackupChecksums = {
    format: 1,
    kind: 'nodeops backup checksums',
    id,
    cluster,
    takenAt,
    encrypted,
    files,
    ...covered(manifest),
    failedHooks: failedHooks(manifest).length,
  };
  const last = measure(bytesOf(writeDocument(checksums)));
  await place.write(`${cluster}/${id}/${checksumsName}`, last.content);
  return { sha256: last.result().sha256, bytes: files.reduce((sum, { bytes }) => sum + bytes, last.result().bytes) };
};

/** What this machine remembers of a backup; undefined where it remembers nothing. */
export const readRecord = async (session: Session, id: string): Promise<BackupRecord | undefined> => {
  const text = await readText(session.artifacts, recordName(session.cluster.name, id));
  return text === undefined ? undefined : readAs(recordSchema, text);
};

export const writeRecord = (session: Session, record: BackupRecord): Promise<void> =>
  writeText(session.artifacts, recordName(record.cluster, record.id), writeDocument(record));

/**
 * Stores what the run gathered in each place, writes down the checksums on this machine, and removes what was gathered.
 * Returns what went wrong, in words. @throws PlaceError where a place does not do what it is asked.
 */
export const storeBackup = async (session: Session, emit: Emit, action: StoreAction): Promise<Trouble | undefined> => {
  const manifest = await gather(session, action);
  if ('trouble' in manifest) return manifest;
  const places: Record<string, string> = {};
  for (const address of action.places) {
    const stored = await inPlace(session, address, (place) => storeIn(session, place, manifest));
    if ('trouble' in stored) return stored;
    places[address] = stored.sha256;
    await emit.event({ type: 'backup-stored', backup: manifest.id, place: address, ...stored });
  }
  const { id, cluster, takenAt, leftOut, application } = manifest;
  await writeRecord(session, {
    format: 1,
    id,
    cluster,
    takenAt,
    places,
    verified: [],
    tidied: false,
    notCovered: [...notCovered(manifest)],
    ...covered(manifest),
    hooks: application,
    failedHooks: failedHooks(manifest),
    leftOut,
  });
  await session.artifacts.removeAll(gatheredIn(cluster, id));
  return undefined;
};
