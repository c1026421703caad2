import { z } from 'zod';
import { swapData } from '../commands/etcd-restore.ts';
import { etcdRestores, withMark } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { isSwapped, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** The restored data take the place of etcd's, by renaming; those stay beside them. */
export const swapEtcdData = defineStep({
  id: 'swap-etcd-data',
  subject: 'node',
  title: () => 'restored data in the place of etcd’s',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore }) =>
    isSwapped(restores, restore)
      ? satisfied
      : needed(restores.hasMember ? 'keep the old data beside the restored ones' : 'there are no old data to keep'),

  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: swapData(restore) }],
  expect: ({ restores }, { restore }) => ({
    restores: { ...withMark(restores, restore, 'swapped'), hasMember: true },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'Two renames take no time and no room, and what was there stays until somebody says otherwise.',
    source: 'docs/restore.md, "What stays on the nodes"',
    type: ['mv /var/lib/etcd/member /var/lib/etcd-before', 'mv /var/lib/etcd.new/member /var/lib/etcd/member'],
  },
});
