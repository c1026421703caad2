import { z } from 'zod';
import { restorePath } from '../commands/etcd-restore.ts';
import { forgetJoins as forget } from '../commands/kubeadm-join.ts';
import { recoveryHost, type RecoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

const ofRestore = ({ joins }: RecoveryHost, restore: string): readonly string[] =>
  joins.filter((path) => path.startsWith(`${restore}/`));

/** What hosts joined with is good for nobody any more. */
export const forgetJoins = defineStep({
  id: 'forget-joins',
  subject: 'node',
  title: () => 'delete the tokens that hosts joined with',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost }),

  check: ({ host }, { restore }) => {
    const left = ofRestore(host, restore);
    return left.length === 0 ? satisfied : needed(...left.map((path) => `delete the token of ${path}`));
  },
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: forget(restorePath(restore)) }],
  expect: ({ host }, { restore }) => ({
    host: { ...host, joins: host.joins.filter((path) => !ofRestore(host, restore).includes(path)) },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A bootstrap token lets whoever has it become a node; these would live for a quarter of an hour.',
    source: 'kubernetes.io, kubeadm token',
    type: ['kubeadm token list', 'kubeadm token delete ID'],
  },
});
