import { z } from 'zod';
import { beginReplacement } from '../commands/etcd-replacement.ts';
import { withReached } from '../facts/etcd-on-node.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, needed, pending, satisfied } from '../model/verdict.ts';
import { isReplaced, othersTroubles, replacementParameter, replacingFacts } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** The etcd of the lost member is ended by taking its manifest away, and waited for until its process is gone. */
export const stopEtcdMember = defineStep({
  id: 'stop-etcd-member',
  subject: 'node',
  title: () => 'stop the etcd of the lost member',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    if (isReplaced(seen, replacement)) return satisfied;
    const { there } = seen;
    if (there.manifest === 'here') {
      const troubles = othersTroubles(seen, on.node);
      return troubles.length > 0 ? judged(troubles, []) : needed('take away etcd.yaml');
    }
    return there.processes.length === 0
      ? satisfied
      : pending(
          `etcd (process ${there.processes.join(', ')}) on ${on.node} to end`,
          `see why its kubelet does not end it: journalctl -u kubelet on ${on.node}; ctr -n k8s.io tasks list`,
        );
  },

  apply: (_seen, { replacement }, on) => [{ do: 'exec', on: on.node, command: beginReplacement(replacement) }],
  expect: ({ there }, { replacement }) => ({
    there: { ...withReached(there, replacement, 'begun'), manifest: 'away' as const, processes: [] },
    here: { why: 'etcd has no manifest in its place' },
  }),

  limits: () => ({ pendingMs: 180_000, attempts: 2 }),
  explain: {
    why: 'A kubelet starts the etcd of its manifest again and again: over lost data it may found an empty cluster, and its API server would serve that.',
    source: 'kubernetes.io, Operating etcd clusters, "Replacing a failed etcd member"; lab',
    type: ['mv /etc/kubernetes/manifests/etcd.yaml /root/', 'until ! pgrep -x etcd; do sleep 1; done'],
  },
});
