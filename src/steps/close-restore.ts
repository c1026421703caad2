import { z } from 'zod';
import { closeRestore as close } from '../commands/etcd-restore.ts';
import { etcdRestores, hasMark, withMark } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** The restore is over: it is written down, and the snapshot leaves the node. etcd's old data stay. */
export const closeRestore = defineStep({
  id: 'close-restore',
  subject: 'node',
  title: () => 'write down that it is over',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore }) =>
    hasMark(restores, restore, 'done') ? satisfied : needed('remove the snapshot and etcdutl from the node'),
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: close(restore) }],
  expect: ({ restores }, { restore }) => ({ restores: withMark(restores, restore, 'done') }),

  explain: {
    why: 'A snapshot holds every Secret of the cluster; and the next restore has to know that this one was ended.',
    source: 'docs/restore.md, "What stays on the nodes"',
    type: ['rm /root/etcd-snapshot.db /root/etcdutl'],
  },
});
