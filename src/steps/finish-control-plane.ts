import { z } from 'zod';
import { finishControlPlane as finish } from '../commands/recovery.ts';
import { comeTo, hasCome, recoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** What the restored objects still say of the machines of before, as far as kubeadm wrote it. */
export const finishControlPlane = defineStep({
  id: 'finish-control-plane',
  subject: 'node',
  title: () => 'kubeadm’s own objects, for this host',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost }),

  check: ({ host }, { restore }) =>
    hasCome(host, restore, 'initialised')
      ? satisfied
      : needed('kubeadm init: upload-config, mark-control-plane, bootstrap-token, kubelet-finalize, kube-proxy'),
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: finish(restore) }],
  expect: ({ host }, { restore }) => ({ host: comeTo(host, restore, 'initialised') }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'cluster-info, which a joining host reads first, and kube-proxy’s kubeconfig name the API server’s address of before.',
    source: 'kubernetes.io, kubeadm init, "Init workflow"; lab, 1.35.4',
    type: [
      'kubeadm init phase upload-config all --config kubeadm.yaml',
      'kubeadm init phase mark-control-plane --config kubeadm.yaml',
      'kubeadm init phase bootstrap-token --config kubeadm.yaml --skip-token-print',
      'kubeadm init phase kubelet-finalize all --config kubeadm.yaml',
      'kubeadm init phase addon kube-proxy --config kubeadm.yaml',
    ],
  },
});
