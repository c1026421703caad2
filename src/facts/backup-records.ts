import { z } from 'zod';
import type { Fact } from './fact.ts';
import { readJson } from './read-text.ts';

/** What this machine remembers of a backup, as far as steps and gates want to know. */
export interface BackupSeen {
  readonly id: string;
  /** Since its files were gathered, in milliseconds. */
  readonly ageMs: number;
  readonly places: readonly string[];
  /** Its older fellows were looked through. */
  readonly tidied: boolean;
  readonly verified: boolean;
  /** Hooks whose part is missing from it. */
  readonly failedHooks: readonly { readonly hook: string; readonly trouble: string }[];
}

const record = z.object({
  id: z.string(),
  takenAt: z.iso.datetime(),
  places: z.record(z.string(), z.string()),
  tidied: z.boolean(),
  verified: z.array(z.unknown()),
  failedHooks: z.array(z.object({ hook: z.string(), trouble: z.string() })).default([]),
});

/** The backups of a cluster that this machine made or verified, newest first. Source: backup/manifest.ts, recordSchema. */
export const backupRecords = (prefix: string): Fact<readonly BackupSeen[]> => ({
  id: 'backup-records',
  key: `backup-records ${prefix}`,
  subject: 'cluster',
  source: {
    kind: 'notes',
    prefix,
    parse: (notes, now) => {
      const value: (BackupSeen & { readonly takenAt: number })[] = [];
      for (const [name, text] of notes) {
        const found = record.safeParse(readJson(text)).data;
        if (found === undefined) return { unreadable: `${name}: ${text.slice(0, 200)}` };
        const { id, tidied, verified, places, failedHooks } = found;
        const takenAt = Date.parse(found.takenAt);
        const ageMs = Math.max(0, now - takenAt);
        value.push({
          id,
          takenAt,
          ageMs,
          tidied,
          verified: verified.length > 0,
          failedHooks,
          places: Object.keys(places),
        });
      }
      return { value: value.toSorted((a, b) => b.takenAt - a.takenAt).map(({ takenAt: _at, ...seen }) => seen) };
    },
  },
});
