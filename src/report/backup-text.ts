import { noPaint, type Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** One backup in one place, as an operator wants to see it. */
export interface BackupRow {
  readonly cluster: string;
  readonly id: string;
  readonly place: string;
  /** ISO 8601; missing where it was never finished. */
  readonly takenAt?: string;
  readonly bytes: number;
  readonly encrypted?: boolean;
  /** The newest verification; missing where there was none. */
  readonly verified?: { readonly at: string; readonly how: 'checksums' | 'restore' };
  /** What is odd about it. */
  readonly note?: string;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `5.1 MiB`: with one digit behind the point from KiB on. */
export const byteText = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
};

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** The backups of all places, a line each; `now` in milliseconds. */
export const backupsText = (rows: readonly BackupRow[], paint: Paint = noPaint): string => {
  if (rows.length === 0) return 'no backup was found\n';
  const header = ['CLUSTER', 'BACKUP', 'TAKEN (UTC)', 'SIZE', 'ENCRYPTED', 'VERIFIED (UTC)', 'PLACE', ''];
  const lines = rows.map(({ cluster, id, place, takenAt, bytes, encrypted, verified, note }) => [
    cluster,
    id,
    takenAt === undefined ? '–' : minute(takenAt),
    byteText(bytes),
    encrypted === undefined ? '–' : encrypted ? 'yes' : 'no',
    verified === undefined ? 'never' : `${minute(verified.at)} ${verified.how}`,
    place,
    note ?? '',
  ]);
  const [head = '', ...rest] = alignColumns([header, ...lines]);
  return `${[paint('faint', head), ...rest].join('\n')}\n`;
};
