import { z } from 'zod';
import { nodeLeases } from '../facts/node-leases.ts';
import { nodes } from '../facts/nodes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, pending, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';
import { freshLeaseMs } from '../steps/verify-node.ts';

/**
 * Every node is Ready and lately heard of. A node that a run of ours left cordoned may be down: it is what the next run
 * repairs.
 */
export const nodesReady = defineStep({
  id: 'nodes-ready',
  subject: 'cluster',
  title: () => 'every node is Ready',
  /** `patiently`: what is not Ready is waited for, as after a restart of ours; a gate stops at once. */
  with: z.strictObject({ patiently: z.boolean().default(false) }),
  detect: (_wish, _on: ClusterSubject) => ({ nodes, leases: nodeLeases }),

  check: ({ nodes: all, leases }, { patiently }) => {
    const concerned = all.filter(({ cordonedBy }) => cordonedBy === undefined);
    const ill = concerned.flatMap(({ name, ready }) => {
      if (ready !== 'True') return [`${name} (Ready ${ready})`];
      const silent = leases.now - (leases.renewed[name] ?? leases.now);
      return silent > freshLeaseMs ? [`${name} (silent for ${Math.round(silent / 1000)} s)`] : [];
    });
    if (ill.length > 0 && patiently) return pending(`every node to be Ready and heard of: ${ill.join(', ')}`);
    if (ill.length > 0)
      return blocked(
        `not ready: ${ill.join(', ')}`,
        `see why: kubectl describe node ${ill[0]?.split(' ')[0] ?? ''}; the kubelet of a control plane reports through its own API server, which needs the etcd member beside it: ask its /readyz; nodes that are Ready but silent may have a wrong clock, or the control planes: compare \`date\``,
      );
    // A kubelet makes its lease some seconds after it registered (lab, 1.35.4: up to 10 s after the node was Ready).
    const fresh = concerned.filter(({ name }) => leases.renewed[name] === undefined).map(({ name }) => name);
    return fresh.length === 0 ? satisfied : pending(`the first lease of ${fresh.join(', ')}`);
  },

  waivable: true,
  explain: {
    why: 'An upgrade takes further nodes out of service: it starts from a whole cluster.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Before you begin"',
    type: ['kubectl get nodes', 'kubectl -n kube-node-lease get leases'],
  },
});
