import { z } from 'zod';
import { recordsOf } from '../backup/names.ts';
import { backupRecords } from '../facts/backup-records.ts';
import { operatorsMachine } from '../model/action.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What the run gathered goes to the places, with a manifest; older backups that nothing says to keep go. */
export const storeBackup = defineStep({
  id: 'store-backup',
  subject: 'cluster',
  title: ({ backupPlaces }) => `stored in ${backupPlaces.join(', ')}`,
  with: z.strictObject({
    run: z.string(),
    backupPlaces: z.array(z.string()),
    objects: z.boolean().default(false),
  }),
  detect: (_wish, on: ClusterSubject) => ({ records: backupRecords(recordsOf(on.cluster)) }),

  check: ({ records }, { run, backupPlaces }) => {
    if (backupPlaces.length === 0)
      return blocked('it is not said where backups go', 'write `backup: { to: … }` into the inventory, or give --to');
    const record = records.find(({ id }) => id === run);
    if (record === undefined || !backupPlaces.every((place) => record.places.includes(place)))
      return needed(`store in ${backupPlaces.join(', ')}`);
    return record.tidied ? satisfied : needed('look through older backups');
  },

  apply: ({ records }, { run, backupPlaces: places, objects }) => {
    const stored = records.some(({ id, places: has }) => id === run && places.every((place) => has.includes(place)));
    const on = operatorsMachine;
    return [
      ...(stored ? [] : [{ do: 'store', on, backup: run, places, objects } as const]),
      { do: 'tidy', on, backup: run, places },
    ];
  },
  expect: ({ records }, { run, backupPlaces: places }) => ({
    records: [
      { id: run, ageMs: 0, places, tidied: true, verified: false, failedHooks: [] },
      ...records.filter(({ id }) => id !== run),
    ],
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A backup that lies on the machine that may be lost is none; one without a manifest cannot be trusted.',
    source: 'docs/backup.md',
    type: ['sha256sum * > checksums', 'age -r age1… -o etcd-snapshot.db.age etcd-snapshot.db', 'aws s3 cp …'],
  },
});
