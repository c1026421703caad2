import { readAs } from '../../model/json.ts';
import { checksumsName, recordName, recordsOf } from '../../backup/names.ts';
import { recordSchema } from '../../backup/manifest.ts';
import { removals } from '../../backup/retention.ts';
import type { Action } from '../../model/action.ts';
import type { BackupPlace } from '../../ports/backup-places.ts';
import type { Emit } from '../emit.ts';
import { readNotes } from '../kept-text.ts';
import type { Session } from '../session.ts';
import { inPlace, readRecord, writeRecord } from './store-backup.ts';
import { backupsIn, type Found } from './stored-backups.ts';

type TidyAction = Extract<Action, { do: 'tidy' }>;

/** Its checksums first: what is left of a removal that was cut off is an unfinished backup, not a whole one. */
const removeBackup = async (place: BackupPlace, cluster: string, { id, folder }: Found): Promise<void> => {
  const path = (name: string): string => `${cluster}/${id}/${name}`;
  await place.remove([path(checksumsName)]);
  await place.remove(folder.names.filter((name) => name !== checksumsName).map(path));
};

/** A backup counts as verified whether this machine says so or the note beside it. */
const withRecords = async (session: Session, found: readonly Found[]): Promise<readonly Found[]> => {
  const notes = await readNotes(session.artifacts, recordsOf(session.cluster.name));
  const verified = new Set(
    [...notes.values()].flatMap((text) => {
      const record = readAs(recordSchema, text);
      return record !== undefined && record.verified.length > 0 ? [record.id] : [];
    }),
  );
  return found.map((backup) => (verified.has(backup.id) ? { ...backup, verified: true } : backup));
};

/** Forgets on this machine what no place has any more, as far as these places are all that is known. */
const forget = async (session: Session, id: string, gone: string): Promise<void> => {
  const record = await readRecord(session, id);
  if (record === undefined) return;
  const places = Object.fromEntries(Object.entries(record.places).filter(([place]) => place !== gone));
  if (Object.keys(places).length > 0) return writeRecord(session, { ...record, places });
  await session.artifacts.remove(recordName(session.cluster.name, id));
};

/** Removes from each place the backups that nothing says to keep. @throws PlaceError */
export const tidyBackups = async (session: Session, emit: Emit, action: TidyAction): Promise<void> => {
  const { cluster, clock } = session;
  for (const address of action.places)
    await inPlace(session, address, async (place) => {
      const found = await withRecords(session, await backupsIn(place, cluster.name));
      for (const { id, why } of removals(found, cluster.backup.keep, clock.now())) {
        const backup = found.find((each) => each.id === id);
        if (backup === undefined) continue;
        await removeBackup(place, cluster.name, backup);
        await emit.event({ type: 'backup-removed', backup: id, place: address, why });
        await forget(session, id, address);
      }
    });
  const record = await readRecord(session, action.backup);
  if (record !== undefined) await writeRecord(session, { ...record, tidied: true });
};
