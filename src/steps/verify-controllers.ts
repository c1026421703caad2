import { z } from 'zod';
import { leaderHealth } from '../facts/leader-health.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/**
 * Controller manager and scheduler of a control plane say themselves that they are well: after a restore the API's
 * picture of static pods is that of the backup until a kubelet has written anew (seen in the simulator: done was said
 * while they were still starting).
 */
export const verifyControllers = defineStep({
  id: 'verify-controllers',
  subject: 'node',
  title: () => 'its controller manager and its scheduler are well',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ leaders: leaderHealth }),

  check: ({ leaders }, _wish, on) => {
    const ill = leaders.flatMap(({ name, well }) => (well ? [] : [name]));
    return ill.length === 0
      ? satisfied
      : pending(
          `${ill.join(', ')} of ${on.node} to be well`,
          `see its log: crictl logs, or /var/log/pods on ${on.node}`,
        );
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: {
    why: 'An API without its controllers serves what nobody acts upon.',
    source: 'kubernetes.io, kube-scheduler, `--authorization-always-allow-paths`; kubeadm, the probes of its manifests',
    type: ['curl -k https://127.0.0.1:10257/healthz', 'curl -k https://127.0.0.1:10259/healthz'],
  },
});
