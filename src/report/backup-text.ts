import { coverageOf, notCovered } from '../backup/assemble.ts';
import type { BackupManifest, BackupRecord, Coverage } from '../backup/manifest.ts';
import { formatDuration } from './duration.ts';
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
  /** Persistent volume claims; missing where it is not known which there were. */
  readonly claims?: Coverage;
  /** What is odd about it. */
  readonly note?: string;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `5.1 MiB`: with one digit behind the point from KiB on. */
export const byteText = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
};

const claimsText = (count: number): string => `${count} persistent volume claim${count === 1 ? '' : 's'}`;

/** How many claims have their content in no hook's part, and which, where that is known. */
export const coverageText = ({ total, notCovered: count }: Coverage, names: readonly string[] = []): string => {
  if (total === 0) return 'the cluster has no persistent volume claims';
  if (count === 0) return `hooks covered all ${claimsText(total)}`;
  return `${count} of ${claimsText(total)} NOT covered${names.length === 0 ? '' : `: ${names.join(', ')}`}`;
};

/** The same of a manifest; undefined where it does not know which claims there were. */
export const manifestCoverage = (manifest: BackupManifest): string | undefined => {
  const coverage = coverageOf(manifest);
  return coverage === undefined ? undefined : coverageText(coverage, notCovered(manifest));
};

/** `hook shop-db on cp1: 12 s, claims shop/data`, or why it failed. */
export const hookText = ({
  name,
  on,
  ok,
  claims,
  durationMs = 0,
  trouble = '',
}: BackupRecord['hooks'][number]): string =>
  `hook ${name}${on === undefined ? '' : ` on ${on}`}: ${ok ? `${formatDuration(durationMs)}, ${claims.length === 0 ? 'no claims' : `claims ${claims.join(', ')}`}` : `FAILED: ${trouble}`}`;

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** The backups of all places, a line each; `now` in milliseconds. */
export const backupsText = (rows: readonly BackupRow[], paint: Paint = noPaint): string => {
  if (rows.length === 0) return 'no backup was found\n';
  const header = [
    'CLUSTER',
    'BACKUP',
    'TAKEN (UTC)',
    'SIZE',
    'ENCRYPTED',
    'NOT COVERED',
    'VERIFIED (UTC)',
    'PLACE',
    '',
  ];
  const lines = rows.map(({ cluster, id, place, takenAt, bytes, encrypted, claims, verified, note }) => [
    cluster,
    id,
    takenAt === undefined ? '–' : minute(takenAt),
    byteText(bytes),
    encrypted === undefined ? '–' : encrypted ? 'yes' : 'no',
    claims === undefined ? 'unknown' : claims.total === 0 ? '–' : `${claims.notCovered} of ${claims.total}`,
    verified === undefined ? 'never' : `${minute(verified.at)} ${verified.how}`,
    place,
    note ?? '',
  ]);
  const [head = '', ...rest] = alignColumns([header, ...lines]);
  return `${[paint('faint', head), ...rest].join('\n')}\n`;
};
