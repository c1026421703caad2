import { z } from 'zod';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { rolledOutBut, workloads, type Workload } from '../facts/workloads.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied, type Verdict } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { kubeProxyVersion } from './upgrade-evidence.ts';

const namesOf = (all: readonly NodeObject[]): string => all.map(({ name }) => name).join(', ');

/** With the nodes that cannot have what is awaited: pods of a DaemonSet are placed on a cordoned one all the same. */
const whereNot = (which: string, moving: readonly Workload[], known: readonly NodeObject[]): Verdict => {
  const away = known.filter(({ ready }) => ready !== 'True');
  const cordoned = moving.every(({ kind }) => kind === 'DaemonSet')
    ? []
    : known.filter(({ unschedulable }) => unschedulable);
  const waitingFor = [
    which,
    ...(away.length === 0 ? [] : [`not Ready: ${namesOf(away)}`]),
    ...(cordoned.length === 0 ? [] : [`cordoned: ${namesOf(cordoned)}`]),
  ].join('; ');
  const nowhere = cordoned.length > 0 && cordoned.length === known.length;
  return pending(waitingFor, nowhere ? 'every node is cordoned: uncordon one, or add one, for its pods' : undefined);
};

/** CoreDNS, kube-proxy and the CNI change with the last control plane; workers wait until they have rolled out. */
export const verifyRollouts = defineStep({
  id: 'verify-rollouts',
  subject: 'cluster',
  title: () => 'CoreDNS, kube-proxy and the network have rolled out',
  with: z.strictObject({ version: z.string(), workerNames: z.array(z.string()) }),
  detect: (_wish, _on: ClusterSubject) => ({ workloads, nodes }),

  check: ({ workloads: all, nodes: known }, { version }) => {
    const proxy = kubeProxyVersion(all);
    if (proxy !== undefined && proxy !== version) return pending(`kube-proxy to be ${version} (it is ${proxy})`);
    // A node that a run of ours has out and that is down comes back by what is done for it later.
    const repaired = known.filter(({ ready, cordonedBy }) => ready !== 'True' && cordonedBy !== undefined).length;
    const moving = all.filter((workload) => workload.namespace === 'kube-system' && !rolledOutBut(repaired, workload));
    if (moving.length === 0) return satisfied;
    const which = moving
      .map(
        ({ kind, name, ready, updated, desired }) =>
          `${kind.toLowerCase()}/${name} (${updated} of ${desired} updated, ${ready} ready)`,
      )
      .join(', ');
    return whereNot(which, moving, known);
  },

  // A DaemonSet takes its nodes one after the other (RollingUpdate, maxUnavailable 1).
  limits: ({ workerNames }) => ({ pendingMs: 300_000 + workerNames.length * 15_000 }),
  explain: {
    why: 'A worker that is drained while the network or DNS is rolling out takes the workload with it.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "How it works"',
    type: [
      'kubectl -n kube-system rollout status deploy/coredns',
      'kubectl -n kube-system rollout status ds/kube-proxy',
    ],
  },
});
