import { z } from 'zod';
import { machineStart } from '../facts/machine-start.ts';
import { nodeBoundPods } from '../facts/node-bound-pods.ts';
import { nodeLeases } from '../facts/node-leases.ts';
import { workloads } from '../facts/workloads.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { awaitPods, isIllEverywhere } from './own-pods.ts';
import { defineStep } from './step.ts';

/**
 * What the API shows of a machine that was restarted is from before, for as long as nothing newer came: Ready, the lease
 * and the pods all look well for up to 40 s (lab: a restart of 2 s was never seen there). What counts is of after it.
 */
export const verifyRestartedNode = defineStep({
  id: 'verify-restarted-node',
  subject: 'node',
  title: () => 'its kubelet and its own pods are back',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({
    start: machineStart,
    leases: nodeLeases,
    pods: nodeBoundPods(on.node),
    workloads,
  }),

  check: ({ start, leases, pods, workloads: all }, _wish, on) => {
    const renewed = leases.renewed[on.node];
    if (renewed === undefined || renewed <= start)
      return pending(`the kubelet of ${on.node} to renew its lease after the machine began to run`);
    const away = pods.filter(
      (pod) =>
        (!pod.ready || pod.runningSince.length === 0 || pod.runningSince.some((since) => since < start)) &&
        !isIllEverywhere(pod, all),
    );
    return away.length === 0 ? satisfied : awaitPods(away, on.node);
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: {
    why: 'After a restart the API goes on showing how the node was before it, until its kubelet says something new.',
    source: 'kubernetes.io, Nodes, "Heartbeats"; seen on the lab, 1.35.4',
    type: [
      'uptime -s',
      'kubectl -n kube-node-lease get lease NODE',
      'kubectl get pods -A --field-selector=spec.nodeName=NODE -o wide',
    ],
  },
});
