import { z } from 'zod';
import { nodeLeases } from '../facts/node-leases.ts';
import { nodes } from '../facts/nodes.ts';
import { controlPlanePods } from '../facts/pods.ts';
import { rolledOutBut, workloads } from '../facts/workloads.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { freshLeaseMs } from './verify-node.ts';

const signOfLife = (name: string, now: number, renewed: number | undefined): readonly string[] => {
  if (renewed === undefined) return [`a sign of life of ${name}, which has no lease`];
  if (now - renewed <= freshLeaseMs) return [];
  const seconds = Math.round((now - renewed) / 1000);
  return [`a sign of life of ${name} (its lease was renewed ${seconds} s ago by the clock of the control planes)`];
};

/** Nodes are Ready and heard of, static pods and what runs in kube-system are ready: by an API that knows them again. */
export const verifyRestoredCluster = defineStep({
  id: 'verify-restored-cluster',
  subject: 'cluster',
  title: () => 'nodes are Ready, the system’s pods run',
  with: z.strictObject({ nodeNames: z.array(z.string()) }),
  detect: (_wish, _on: ClusterSubject) => ({ nodes, leases: nodeLeases, controlPlanePods, workloads }),

  check: ({ nodes: all, leases, controlPlanePods: staticPods, workloads: running }, { nodeNames }) => {
    // A worker that is left out keeps its DaemonSets from being whole until it is back.
    const away = all.filter(({ name, ready }) => ready !== 'True' && !nodeNames.includes(name)).length;
    const troubles = [
      ...nodeNames.flatMap((name) => {
        const node = all.find((each) => each.name === name);
        if (node === undefined) return [`${name} to register again`];
        if (node.ready !== 'True') return [`${name} to be Ready`];
        return signOfLife(name, leases.now, leases.renewed[name]);
      }),
      ...staticPods.filter(({ ready }) => !ready).map(({ name }) => `the static pod ${name}`),
      ...running
        .filter((each) => each.namespace === 'kube-system' && !rolledOutBut(away, each))
        .map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
    ];
    return troubles.length === 0
      ? satisfied
      : pending(troubles.join('; '), 'look: kubectl get nodes; kubectl -n kube-system get pods; kubectl get events -A');
  },

  limits: ({ nodeNames }) => ({ pendingMs: 300_000 + nodeNames.length * 5000 }),
  explain: {
    why: 'What was restored is of another time: a cluster is back when its nodes have said so anew.',
    source: 'kubernetes.io, Operating etcd clusters, "Restoring an etcd cluster"',
    type: ['kubectl get nodes', 'kubectl -n kube-system get pods'],
  },
});
