import { exitCode } from '../../model/errors.ts';
import { PlaceError } from '../../ports/backup-places.ts';
import { backupsText, type BackupRow } from '../../report/backup-text.ts';
import { paintFor } from '../../report/paint.ts';
import { inPlace, readRecord } from '../../run/backup/store-backup.ts';
import { backupsIn, type Found } from '../../run/backup/stored-backups.ts';
import type { Session } from '../../run/session.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { backupSession } from '../stored-backups.ts';
import { placesOf } from './backup.ts';

export interface BackupListOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly to?: string;
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
}

const noteOf = ({ foreign, whole, checksums }: Found): string | undefined => {
  if (foreign) return 'holds files that are not ours';
  if (!whole) return 'never finished';
  const failed = checksums?.failedHooks ?? 0;
  return failed === 0 ? undefined : `incomplete: ${failed} ${failed === 1 ? 'hook' : 'hooks'} failed`;
};

const rowOf = async (session: Session, place: string, found: Found): Promise<BackupRow> => {
  const record = await readRecord(session, found.id);
  const all = [...found.verifications, ...(record?.verified ?? [])].filter((each) => each.place === place);
  const [newest] = all.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const { checksums } = found;
  const note = noteOf(found);
  return {
    cluster: session.cluster.name,
    id: found.id,
    place,
    bytes: found.folder.bytes,
    ...(checksums === undefined ? {} : { takenAt: checksums.takenAt, encrypted: checksums.encrypted }),
    ...(checksums?.claims === undefined ? {} : { claims: checksums.claims }),
    ...(newest === undefined ? {} : { verified: { at: newest.at, how: newest.how } }),
    ...(note === undefined ? {} : { note }),
  };
};

/** `nodeops backup list`: the backups of all places. Changes nothing. @throws UsageError */
export const backupList = async (parts: Parts, options: BackupListOptions): Promise<number> => {
  const chosen = loadSelection(parts, options).map(({ cluster }) => ({
    cluster,
    places: placesOf(parts, cluster, options.to),
  }));
  const rows: BackupRow[] = [];
  let code: number = exitCode.done;
  for (const { cluster, places } of chosen) {
    const session = await backupSession(parts, cluster, options.acceptNewHostKeys === true);
    for (const address of places)
      try {
        const found = await inPlace(session, address, (place) => backupsIn(place, cluster.name));
        for (const each of found) rows.push(await rowOf(session, address, each));
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error;
        parts.stderr.write(`${cluster.name}: ${error.message}\n    ${error.fix}\n`);
        code = exitCode.failed;
      }
    await session.transport.close();
  }
  // That there is none can only be said where every place was looked into.
  if (code !== exitCode.done && rows.length === 0 && options.output === 'text') return code;
  parts.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify({ backups: rows })}\n`
      : backupsText(rows, paintFor(parts.stdout, parts.env)),
  );
  return code;
};
