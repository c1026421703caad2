import { kubeletJudgement } from '../facts/kubelet-judgement.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { configurationWish, patchOf } from '../steps/kubelet-settings.ts';
import { defineStep } from '../steps/step.ts';

/**
 * Every node's own kubelet is asked, with that node's file. What it looks for only later (a CPU manager without reserved
 * CPUs, a soft eviction threshold without a grace period) it cannot say yet.
 */
export const kubeletTakesConfiguration = defineStep({
  id: 'kubelet-takes-configuration',
  subject: 'node',
  title: () => 'its kubelet takes the new configuration',
  with: configurationWish,
  detect: (wish, on: NodeSubject) => ({ judgement: kubeletJudgement(patchOf(wish), on.kubeadm.patches) }),
  optional: ['judgement'],

  check: ({ judgement }, _wish, on) => {
    if (judgement?.refused === undefined) return satisfied;
    return blocked(
      `${on.node}: its kubelet does not take that configuration: ${judgement.refused}`,
      'correct the setting; its names and values: kubernetes.io, Kubelet Configuration (v1beta1)',
    );
  },

  foreseen: true,
  explain: {
    why: 'A kubelet passes over a setting whose name it does not know, and ends over a value that it does not take.',
    source: 'cmd/kubelet/app/server.go, run; tried on the lab, 1.35.4 and 1.36.3',
    type: ['kubelet --config=FILE --exit-on-lock-contention, as nobody: it ends before it begins anything'],
  },
});
