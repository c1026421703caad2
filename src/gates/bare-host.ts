import { z } from 'zod';
import { packages as packageStates, type Packages } from '../facts/packages.ts';
import { hasCome, recoveryHost, type RecoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { restoreParameter } from '../steps/etcd-restoring.ts';
import { defineStep } from '../steps/step.ts';
import { whole } from '../steps/wanted-packages.ts';

/** What another cluster left, or has, is never written over; what this restore has written is its own. */
const occupied = (node: string, host: RecoveryHost, restore: string): readonly Trouble[] =>
  host.remains.length === 0 || hasCome(host, restore, 'host')
    ? []
    : [
        {
          because: `${node} is or was a node of a cluster: ${host.remains.slice(0, 3).join(', ')}${host.remains.length > 3 ? `, and ${host.remains.length - 3} more` : ''}`,
          fix: `name another host in its place; or, where nobody misses what it is: kubeadm reset --force on ${node}, and rm -rf /etc/cni/net.d/* where its CNI left something`,
        },
      ];

const lacking = (
  { node, role }: NodeSubject,
  { plugins, runtime, address }: RecoveryHost,
  { installed }: Packages,
  version: string,
): readonly Trouble[] => [
  ...(runtime
    ? []
    : [
        {
          because: `containerd does not run on ${node}, or has no socket at /run/containerd/containerd.sock`,
          fix: `on ${node}: apt-get install containerd, configure its cgroup driver, systemctl enable --now containerd`,
        },
      ]),
  // The package of the kubelet brings those of kubernetes-cni with it.
  ...(plugins.there || !whole(installed['kubelet']?.status)
    ? []
    : [
        {
          because: `${node} has no CNI plugins in ${plugins.directory} (loopback is missing)`,
          fix: `on ${node}: apt-get install kubernetes-cni, or what else brings them there`,
        },
      ]),
  ...(role === 'worker' || whole(installed['kubectl']?.status)
    ? []
    : [
        {
          because: `${node} is to be a control plane, and has no kubectl`,
          fix: `on ${node}: apt-get install kubectl='${version}-*'`,
        },
      ]),
  ...(address === undefined
    ? [
        {
          because: `${node} has no route that says which address it is reached at`,
          fix: `on ${node}: give it a default route (ip route)`,
        },
      ]
    : []),
];

/** A host that may become a node: nothing of a cluster is on it, and what a node needs is. */
export const bareHost = defineStep({
  id: 'bare-host',
  subject: 'node',
  title: () => 'a host without a cluster',
  with: z.strictObject({ restore: restoreParameter, version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost, packages: packageStates }),

  check: ({ host, packages }, { restore, version }, on) =>
    judged([...occupied(on.node, host, restore), ...lacking(on, host, packages, version)], []),

  explain: {
    why: 'A backup is restored onto hosts that carry nothing: whoever gave a wrong address must not lose a cluster by it.',
    source: 'docs/restore.md, "Onto other hosts"; kubeadm init, preflight checks',
    type: ['ls /etc/kubernetes/manifests /var/lib/etcd', 'ls /opt/cni/bin', 'systemctl status containerd'],
  },
});
