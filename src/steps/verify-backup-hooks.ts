import { z } from 'zod';
import { recordsOf } from '../backup/names.ts';
import { backupRecords } from '../facts/backup-records.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What was stored is worth having; that something is missing from it must not pass for a backup that succeeded. */
export const verifyBackupHooks = defineStep({
  id: 'verify-backup-hooks',
  subject: 'cluster',
  title: ({ hook: { name } }) => `hook ${name} ended well`,
  with: z.strictObject({ run: z.string(), hook: z.object({ name: z.string() }) }),
  detect: (_wish, on: ClusterSubject) => ({ records: backupRecords(recordsOf(on.cluster)) }),

  check: ({ records }, { run, hook: { name } }) => {
    const record = records.find(({ id }) => id === run);
    if (record === undefined) return pending('the backup to be stored');
    const { failedHooks } = record;
    // All of them at once: the run ends with the first.
    return failedHooks.some(({ hook }) => hook === name)
      ? pending(failedHooks.map(({ hook, trouble }) => `the hook ${hook} failed: ${trouble}`).join('\n'))
      : satisfied;
  },

  limits: () => ({ pendingMs: 0 }),
  explain: {
    why: 'A backup whose hook failed holds the cluster, not the data that the hook saves.',
    source: 'docs/backup.md, "What Kubernetes does not save"',
    type: ['nodeops runs show last', 'nodeops backup list'],
  },
});
