import { z } from 'zod';
import { stagedSnapshot, stageRestore as stage } from '../commands/etcd-restore.ts';
import { etcdRestores, hasMark, withMark } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { isSwapped, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/**
 * Snapshot and etcdutl lie on the control plane before anything is stopped: afterwards there may be nothing that either
 * could be got from.
 */
export const stageRestore = defineStep({
  id: 'stage-restore',
  subject: 'node',
  title: () => 'snapshot and etcdutl on the node',
  with: z.strictObject({ restore: restoreParameter, snapshot: z.string(), backupClusterId: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore }) =>
    hasMark(restores, restore, 'staged') || isSwapped(restores, restore)
      ? satisfied
      : needed('copy the snapshot, take etcdutl from etcd’s image'),

  apply: (_seen, { restore, snapshot, backupClusterId }, on) => [
    { do: 'send', on: on.node, path: stagedSnapshot(restore), artifact: snapshot },
    { do: 'exec', on: on.node, command: stage(restore, backupClusterId) },
  ],
  expect: ({ restores }, { restore }) => ({ restores: withMark(restores, restore, 'staged') }),

  preparing: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'Without an etcd that runs, its image has to be opened for etcdutl; and what does not fit or does not open is better known before anything is stopped.',
    source: 'lab, etcd 3.6.6, containerd 1.6.20: `ctr images mount`',
    type: [
      'scp etcd-snapshot.db root@CP:/root/',
      'cp /proc/$(pgrep -x etcd)/root/usr/local/bin/etcdutl /root/',
      'or: ctr -n k8s.io images mount registry.k8s.io/etcd:TAG /mnt; cp /mnt/usr/local/bin/etcdutl /root/',
    ],
  },
});
