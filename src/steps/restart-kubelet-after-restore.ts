import { z } from 'zod';
import { restartKubeletOnce } from '../commands/etcd-restore.ts';
import { etcdRestores, hasMark, withMark } from '../facts/etcd-restores.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/**
 * Each kubelet is restarted once after the data are back, never before: over an empty API it kills its pods (lab). One of
 * a control plane may be before its etcd is started: without an API it touches nothing but static pods.
 */
export const restartKubeletAfterRestore = defineStep({
  id: 'restart-kubelet-after-restore',
  subject: 'node',
  title: () => 'restart the kubelet, once for this restore',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores, unit: kubeletUnit }),

  check: ({ restores, unit }, { restore }, on) => {
    if (!hasMark(restores, restore, 'kubelet')) return needed('it still knows pods and endpoints of another time');
    return unit.active ? satisfied : pending(`the kubelet of ${on.node} to run (${unit.subState})`);
  },
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: restartKubeletOnce(restore) }],
  expect: ({ restores, unit }, { restore }) => ({
    restores: withMark(restores, restore, 'kubelet'),
    unit: { ...unit, active: true, subState: 'running' },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'After a restore pod addresses and EndpointSlices stayed wrong until the kubelets were restarted; before one, with an empty API, a restarted kubelet killed all its pods within 2 s.',
    source: 'lab, 1.35.4 and 1.36.3',
    type: ['systemctl restart kubelet'],
  },
});
