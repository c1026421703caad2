import { z } from 'zod';
import { resetHost } from '../commands/reset-host.ts';
import { newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Nothing of a cluster is left on a host: it is as bare as before it joined, but for its packages. */
export const resetNode = defineStep({
  id: 'reset-node',
  subject: 'node',
  title: () => 'kubeadm reset, and what it leaves behind',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host }, _wish, { cluster }) => {
    const begun = host.marks[cluster] !== undefined;
    if (host.remains.length === 0 && !begun) return satisfied;
    return needed('kubeadm reset', 'remove etcd’s data, the configuration of CNI plug-ins, the rules of kube-proxy');
  },
  apply: (_seen, _wish, { node, cluster }) => [{ do: 'exec', on: node, command: resetHost(cluster) }],
  expect: ({ host }, _wish, { cluster }) => {
    const { [cluster]: _gone, ...marks } = host.marks;
    return { host: { ...host, marks, remains: [], joins: [] } };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A host that keeps certificates, etcd’s data or rules of a cluster that it left disturbs the next one that it joins.',
    source: 'kubernetes.io, Creating a cluster with kubeadm, "Clean up"; kubeadm reset',
    type: [
      'kubeadm reset --force',
      'rm -rf /etc/cni/net.d/* /var/lib/etcd/member',
      'iptables-save | grep -v -e KUBE- -e CNI- | iptables-restore',
    ],
  },
});
