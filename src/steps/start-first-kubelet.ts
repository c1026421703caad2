import { z } from 'zod';
import { startFirstKubelet as start } from '../commands/recovery.ts';
import { etcdRestores, hasMark, withMark } from '../facts/etcd-restores.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { judgeFirstKubelet, runningKubelet } from './first-kubelet.ts';
import { defineStep } from './step.ts';

/** The kubelet of a host that never had one. */
export const startFirstKubelet = defineStep({
  id: 'start-first-kubelet',
  subject: 'node',
  title: () => 'configure and start the kubelet',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores, unit: kubeletUnit }),
  // Its package may not be there yet.
  optional: ['unit'],

  check: ({ restores, unit }, { restore }, on) => {
    if (!hasMark(restores, restore, 'kubelet')) return needed('kubeadm init: kubelet-start');
    return judgeFirstKubelet(unit, on.node);
  },
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: start(restore) }],
  expect: ({ restores }, { restore }) => ({
    restores: withMark(restores, restore, 'kubelet'),
    unit: runningKubelet,
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'It starts the static pods; while their manifests are kept away it starts nothing.',
    source: 'kubernetes.io, kubeadm init phase kubelet-start',
    type: ['kubeadm init phase kubelet-start --config kubeadm.yaml'],
  },
});
