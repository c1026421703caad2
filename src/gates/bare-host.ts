import { z } from 'zod';
import { packages as packageStates, type Packages } from '../facts/packages.ts';
import { hasCome, recoveryHost, type BareHost, type RecoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { restoreParameter } from '../steps/etcd-restoring.ts';
import { defineStep } from '../steps/step.ts';
import { whole } from '../steps/wanted-packages.ts';

/** What another cluster left, or has, is never written over. */
export const occupied = (node: string, remains: readonly string[]): readonly Trouble[] =>
  remains.length === 0
    ? []
    : [
        {
          because: `${node} is or was a node of a cluster: ${remains.slice(0, 3).join(', ')}${remains.length > 3 ? `, and ${remains.length - 3} more` : ''}`,
          fix: `name another host in its place; or, where nobody misses what it is: kubeadm reset --force on ${node}, and rm -rf /etc/cni/net.d/* where its CNI left something`,
        },
      ];

/** The address that everything else announces is that of a route. */
export const withoutAddress = (node: string, { address }: BareHost): readonly Trouble[] =>
  address === undefined
    ? [
        {
          because: `${node} has no route that says which address it is reached at`,
          fix: `on ${node}: give it a default route (ip route)`,
        },
      ]
    : [];

const lacking = (
  { node, role }: NodeSubject,
  { plugins, runtime }: RecoveryHost,
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
];

/** A host that may become a node: nothing of a cluster is on it, and what a node needs is. */
export const bareHost = defineStep({
  id: 'bare-host',
  subject: 'node',
  title: () => 'a host without a cluster',
  with: z.strictObject({ restore: restoreParameter, version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost, packages: packageStates }),

  check: ({ host, packages }, { restore, version }, on) =>
    judged(
      [
        // What this restore has written is its own.
        ...(hasCome(host, restore, 'host') ? [] : occupied(on.node, host.remains)),
        ...lacking(on, host, packages, version),
        ...withoutAddress(on.node, host),
      ],
      [],
    ),

  explain: {
    why: 'A backup is restored onto hosts that carry nothing: whoever gave a wrong address must not lose a cluster by it.',
    source: 'docs/restore.md, "Onto other hosts"; kubeadm init, preflight checks',
    type: ['ls /etc/kubernetes/manifests /var/lib/etcd', 'ls /opt/cni/bin', 'systemctl status containerd'],
  },
});
