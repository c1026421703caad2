import { z } from 'zod';
import { nodes as nodesFact } from '../facts/nodes.ts';
import { pods as podsFact } from '../facts/pods.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** So many are named. */
const shown = 5;

/**
 * No pod is on a machine that is gone. Until the pod garbage collector has looked, a pod of before says of itself that it
 * runs, and its workload that it lacks nothing.
 */
export const verifyRecoveredPods = defineStep({
  id: 'verify-recovered-pods',
  subject: 'cluster',
  title: () => 'no pod is on a machine that is gone',
  with: z.strictObject({}),
  detect: (_wish, _on: ClusterSubject) => ({ nodes: nodesFact, pods: podsFact }),

  check: ({ nodes, pods }) => {
    const lost = pods.filter(({ node }) => node !== undefined && !nodes.some(({ name }) => name === node));
    if (lost.length === 0) return satisfied;
    const names = lost.slice(0, shown).map(({ namespace, name, node }) => `${namespace}/${name} (${node ?? ''})`);
    const more = lost.length > shown ? `, and ${lost.length - shown} more` : '';
    return pending(
      `the controller manager to take away pods of machines that are gone: ${names.join(', ')}${more}`,
      'see whether it runs: kubectl -n kube-system logs -l component=kube-controller-manager',
    );
  },

  limits: () => ({ pendingMs: 600_000 }),
  explain: {
    why: 'A workload counts as complete as long as the pods of a machine that is gone are in the books.',
    source: 'kubernetes.io, Pod Lifecycle, "Garbage collection of Pods"; lab, 1.35.4: a minute',
    type: ['kubectl get pods -A -o wide'],
  },
});
