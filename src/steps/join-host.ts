import { z } from 'zod';
import { restorePath } from '../commands/etcd-restore.ts';
import { joinHost as join, madeJoin, makeJoin, stagedJoin } from '../commands/kubeadm-join.ts';
import { restoreFolder } from '../backup/restore-name.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { comeTo, hasCome, recoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { judgeFirstKubelet, runningKubelet } from './first-kubelet.ts';
import { defineStep } from './step.ts';

/**
 * A host joins the restored cluster. Its token lives for a quarter of an hour, travels as a file for root only, and is
 * deleted once all have joined.
 */
export const joinHost = defineStep({
  id: 'join-host',
  subject: 'node',
  title: () => 'join the cluster',
  with: z.strictObject({ restore: restoreParameter, controlPlaneNames: z.array(z.string()).min(1) }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost, unit: kubeletUnit }),
  // Its package may not be there yet.
  optional: ['unit'],

  check: ({ host, unit }, { restore }, on) => {
    if (!hasCome(host, restore, 'joined'))
      return needed(`kubeadm join${on.role === 'control-plane' ? ' as a control plane' : ''}`);
    return judgeFirstKubelet(unit, on.node);
  },

  apply: (_seen, { restore, controlPlaneNames: [first = ''] }, { node, role, kubeadm, cluster }) => {
    const directory = restorePath(restore);
    const joining = { directory, node, role, kubeadm, authorities: 'there' } as const;
    const artifact = `${restoreFolder(cluster, restore)}/join-${node}.yaml`;
    return [
      { do: 'exec', on: first, command: makeJoin(joining) },
      { do: 'fetch', on: first, path: madeJoin(directory, node), artifact },
      { do: 'send', on: node, path: stagedJoin(directory), artifact, once: true },
      { do: 'exec', on: node, command: join(joining) },
    ];
  },
  expect: ({ host }, { restore }) => ({
    host: comeTo(host, restore, 'joined'),
    unit: runningKubelet,
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A host becomes a node by asking for its own certificate; nothing of the machine of before is copied to it.',
    source: 'kubernetes.io, kubeadm join; bootstrap tokens',
    type: ['kubeadm token create --ttl 15m --print-join-command', 'kubeadm join …'],
  },
});
