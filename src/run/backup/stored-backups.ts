import { readAs } from '../../model/json.ts';
import { foldersOf, isOurName, type Folder } from '../../backup/catalogue.ts';
import { checksumsSchema, verifiedSchema, type BackupChecksums, type Verification } from '../../backup/manifest.ts';
import { checksumsName, timeOfId, verifiedName } from '../../backup/names.ts';
import type { StoredBackup } from '../../backup/retention.ts';
import type { BackupPlace } from '../../ports/backup-places.ts';
import { textOf } from '../kept-text.ts';
import { drained, measure, type Measured } from './measure.ts';

/** One backup in one place. */
export interface Found extends StoredBackup {
  readonly folder: Folder;
  /** Missing where it was never finished, or cannot be read. */
  readonly checksums?: BackupChecksums;
  readonly verifications: readonly Verification[];
}

const measuredText = async (measured: Measured): Promise<string> => textOf(measured.content);

/** A small file's text and hash. */
export const readSmall = async (
  place: BackupPlace,
  name: string,
): Promise<{ readonly text: string; readonly sha256: string }> => {
  const measured = measure(await place.read(name));
  return { text: await measuredText(measured), sha256: measured.result().sha256 };
};

const findOne = async (place: BackupPlace, cluster: string, folder: Folder): Promise<Found> => {
  const { id, names } = folder;
  const small = async (name: string) =>
    names.includes(name) ? readSmall(place, `${cluster}/${id}/${name}`) : undefined;
  const sums = await small(checksumsName);
  const checksums = sums === undefined ? undefined : readAs(checksumsSchema, sums.text);
  const ours = checksums?.id === id && checksums.cluster === cluster;
  const note = await small(verifiedName);
  const verified = note === undefined ? undefined : readAs(verifiedSchema, note.text);
  // One that was changed since is not the one that was verified.
  const verifications = verified !== undefined && verified.checksums === sums?.sha256 ? verified.verified : [];
  return {
    id,
    folder,
    takenAt: ours ? Date.parse(checksums.takenAt) : timeOfId(id),
    whole: ours,
    verified: verifications.length > 0,
    complete: (checksums?.failedHooks ?? 0) === 0,
    foreign: !names.every(isOurName) || (sums !== undefined && !ours),
    verifications,
    ...(ours ? { checksums } : {}),
  };
};

/** Every backup of a cluster in a place, newest first. */
export const backupsIn = async (place: BackupPlace, cluster: string): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const folder of foldersOf(cluster, await place.list(cluster))) found.push(await findOne(place, cluster, folder));
  return found.toSorted((a, b) => b.takenAt - a.takenAt || (a.id < b.id ? 1 : -1));
};

/** Reads a file of a place to its end: how long it is, and its sha256. */
export const measureStored = async (place: BackupPlace, name: string): ReturnType<typeof drained> =>
  drained(measure(await place.read(name)));
