import { z } from 'zod';
import { recordsOf } from '../backup/names.ts';
import { backupRecords } from '../facts/backup-records.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { judged, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

const hour = 3_600_000;

/** `5h` below two days, `9d` from then on. */
const ageText = (ms: number): string =>
  ms < 48 * hour ? `${Math.floor(ms / hour)}h` : `${Math.floor(ms / (24 * hour))}d`;

/** How old the newest backup is that was verified, as far as this machine knows. It warns: the upgrade takes its own snapshot. */
export const backupAge = defineStep({
  id: 'backup-age',
  subject: 'cluster',
  title: () => 'age of the newest verified backup',
  with: z.strictObject({ maxBackupAgeMs: z.number().optional() }),
  detect: (_wish, on: ClusterSubject) => ({ records: backupRecords(recordsOf(on.cluster)) }),

  check: ({ records }, { maxBackupAgeMs: longest }) => {
    if (longest === undefined) return satisfied;
    const newest = records.find(({ verified }) => verified);
    if (newest !== undefined && newest.ageMs <= longest) return satisfied;
    const fix = records.some(({ verified, ageMs }) => !verified && ageMs <= longest)
      ? 'nodeops backup verify'
      : 'nodeops backup, then nodeops backup verify';
    const because =
      newest === undefined
        ? records.length === 0
          ? 'this machine knows of no backup of the cluster'
          : 'no backup of the cluster was ever verified'
        : `the newest verified backup (${newest.id}) is ${ageText(newest.ageMs)} old, more than ${ageText(longest)}`;
    return judged([], [{ because, fix }]);
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'The snapshot that an upgrade takes holds etcd only; keys, certificates and other places are in a backup.',
    source: 'docs/backup.md',
    type: ['nodeops backup list', 'nodeops backup verify'],
  },
});
