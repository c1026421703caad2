import { z } from 'zod';
import { kubeletStart } from '../facts/kubelet-start.ts';
import { machineStart } from '../facts/machine-start.ts';
import { nodeBoundPods } from '../facts/node-bound-pods.ts';
import { nodeLeases } from '../facts/node-leases.ts';
import { workloads } from '../facts/workloads.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { awaitPods, isIllEverywhere } from './own-pods.ts';
import { defineStep } from './step.ts';

/**
 * A kubelet tells of all its pods every 10 s (kubelet, status_manager.go, `syncPeriod`): after this long the API shows
 * nothing any more of how they were before.
 */
const toldAfterMs = 60_000;

/**
 * What the API shows of a machine that was restarted is from before, for as long as nothing newer came: Ready, the lease
 * and the pods all look well for up to 40 s (lab: a restart of 2 s was never seen there). What counts is of after it. A
 * clock that was set since then (a machine often gets its time from others after its pods have begun) lets all times of
 * before look older than the machine: a kubelet that has told of itself for a minute is believed whatever they say.
 */
export const verifyRestartedNode = defineStep({
  id: 'verify-restarted-node',
  subject: 'node',
  title: () => 'its kubelet and its own pods are back',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({
    start: machineStart,
    kubelet: kubeletStart,
    leases: nodeLeases,
    pods: nodeBoundPods(on.node),
    workloads,
  }),
  optional: ['kubelet'],

  check: ({ start, kubelet = Infinity, leases, pods, workloads: all }, _wish, on) => {
    const renewed = leases.renewed[on.node];
    if (renewed === undefined || renewed <= start)
      return pending(`the kubelet of ${on.node} to renew its lease after the machine began to run`);
    const isTold = renewed - kubelet >= toldAfterMs;
    const isOld = (since: number): boolean => since < start && !isTold;
    const away = pods.filter(
      (pod) =>
        (!pod.ready || pod.runningSince.length === 0 || pod.runningSince.some(isOld)) && !isIllEverywhere(pod, all),
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
