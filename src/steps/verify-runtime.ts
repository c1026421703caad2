import { z } from 'zod';
import { nodeBoundPods } from '../facts/node-bound-pods.ts';
import { nodes } from '../facts/nodes.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { workloads } from '../facts/workloads.ts';
import { runtimeVersionOf } from '../model/runtime-version.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { awaitPods, isIllEverywhere } from './own-pods.ts';
import { defineStep } from './step.ts';

const wayBack = 'see why: journalctl -u containerd; the way back is in docs/runtime.md';

/** containerd answers as what is installed, the kubelet says so, and the pods that stay on a node are ready. */
export const verifyRuntime = defineStep({
  id: 'verify-runtime',
  subject: 'node',
  title: () => 'the node runs its pods with that containerd',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({ daemon: runtimeDaemon, nodes, pods: nodeBoundPods(on.node), workloads }),

  check: ({ daemon, nodes: all, pods, workloads: workload }, _wish, on) => {
    const { running, installed } = daemon;
    if (running === undefined || running !== installed)
      return pending(
        `containerd to answer as ${installed ?? 'what is installed'} (${running ?? 'it does not'})`,
        wayBack,
      );
    const reported = all.find(({ name }) => name === on.node)?.containerRuntime;
    // Without what Debian puts behind it: `containerd://1.6.20` of 1.6.20~ds1 (lab).
    if (runtimeVersionOf(reported?.replace('containerd://', '') ?? '') !== runtimeVersionOf(running))
      return pending(`the kubelet to report containerd ${running} (it says ${reported ?? 'nothing'})`, wayBack);
    const away = pods.filter((pod) => (!pod.ready || pod.runningSince.length === 0) && !isIllEverywhere(pod, workload));
    return away.length === 0 ? satisfied : awaitPods(away, on.node);
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: {
    why: 'A kubelet renews its lease whether or not its runtime can start anything: what counts is what containerd and the pods say.',
    source: 'kubernetes.io, Node Status, "Info"',
    type: [
      'crictl version',
      "kubectl get node NODE --output=jsonpath='{.status.nodeInfo.containerRuntimeVersion}'",
      'kubectl get pods -A --field-selector=spec.nodeName=NODE -o wide',
    ],
  },
});
