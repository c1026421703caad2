import type { BackupManifest } from '../backup/manifest.ts';
import { isBackupId } from '../backup/names.ts';
import { didYouMean } from '../documents/nearest.ts';
import { UsageError } from '../model/errors.ts';
import { PlaceError } from '../ports/backup-places.ts';
import { inPlace } from '../run/backup/store-backup.ts';
import { backupsIn, type Found } from '../run/backup/stored-backups.ts';
import { verifyBackup, type Verdict } from '../run/backup/verify-backup.ts';
import type { Session } from '../run/session.ts';
import type { Parts } from './parts.ts';

/** A backup in a place where every byte of it was found to be as it was stored. */
export interface WholeBackup {
  readonly address: string;
  readonly found: Found;
  readonly manifest: BackupManifest;
}

interface Candidate {
  readonly address: string;
  readonly found: Found;
}

/** The name of a backup; undefined for the newest. @throws UsageError for what is none. */
export const backupName = (name: string | undefined): string | undefined => {
  if (name === undefined || name === 'last') return undefined;
  if (isBackupId(name)) return name;
  throw new UsageError(
    `${JSON.stringify(name)} is no name of a backup: expected one such as 2026-11-21-235810-875f, or last\n    nodeops backup list shows them`,
  );
};

/** What each place has; one that cannot be looked into is told of, as long as another can. @throws PlaceError */
const candidatesIn = async (parts: Parts, session: Session, places: readonly string[]): Promise<Candidate[]> => {
  const all: Candidate[] = [];
  const troubles: PlaceError[] = [];
  for (const address of places)
    try {
      const found = await inPlace(session, address, (place) => backupsIn(place, session.cluster.name));
      all.push(...found.map((each) => ({ address, found: each })));
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      troubles.push(error);
    }
  const [first] = troubles;
  if (first !== undefined && troubles.length === places.length) throw first;
  for (const { message, fix } of troubles) parts.stderr.write(`${session.cluster.name}: ${message}\n    ${fix}\n`);
  return all;
};

/** The copies of the backup that was named, or of the newest one that was finished. @throws UsageError where there is none. */
const copiesOf = (candidates: readonly Candidate[], id: string | undefined, places: readonly string[]): Candidate[] => {
  const whole = candidates.filter(({ found }) => found.whole).toSorted((a, b) => b.found.takenAt - a.found.takenAt);
  const wanted = id ?? whole[0]?.found.id;
  if (wanted === undefined)
    throw new UsageError(`there is no backup that was finished in ${places.join(', ')}\n    nodeops backup list`);
  const copies = whole.filter(({ found }) => found.id === wanted);
  if (copies.length > 0) return copies;
  if (candidates.some(({ found }) => found.id === wanted))
    throw new UsageError(`the backup ${wanted} was never finished\n    take another one: nodeops backup list`);
  const names = whole.map(({ found }) => found.id);
  throw new UsageError(
    `there is no backup ${wanted} in ${places.join(', ')}: ${names.length === 0 ? 'there is none at all' : didYouMean(wanted, names)}`,
  );
};

/**
 * The first copy of a backup of which every byte is as it was stored; each that is looked at is told. Undefined where
 * none is. @throws UsageError where there is no such backup, or it is encrypted and no secret key was given; PlaceError.
 */
export const wholeBackup = async (
  parts: Parts,
  session: Session,
  places: readonly string[],
  wanted: { readonly id: string | undefined; readonly identities: string | undefined },
  tell: (verdict: Verdict) => void,
): Promise<WholeBackup | undefined> => {
  const copies = copiesOf(await candidatesIn(parts, session, places), wanted.id, places);
  if (wanted.identities === undefined && copies.every(({ found }) => found.checksums?.encrypted === true))
    throw new UsageError(
      `the backup ${copies[0]?.found.id ?? ''} is encrypted: give its secret key with --identity FILE`,
    );
  for (const { address, found } of copies) {
    const verdict = await inPlace(session, address, (place) => verifyBackup(session, place, found, wanted.identities));
    tell(verdict);
    if (verdict.wrong.length === 0 && verdict.manifest !== undefined)
      return { address, found, manifest: verdict.manifest };
  }
  return undefined;
};
