import { z } from 'zod';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { staticPods, type StaticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { memberName } from '../steps/etcd-condition.ts';
import { defineStep } from '../steps/step.ts';

/** `https://E1:2379/` and `https://e1:2379` are one address. */
const normal = (url: string): string => url.trim().toLowerCase().replace(/\/+$/, '');

const ownEtcd = (node: string, hosts: readonly string[]): Trouble => ({
  because: `${node} runs an etcd of its own (/etc/kubernetes/manifests/etcd.yaml), and the inventory has hosts for etcd: ${hosts.join(', ')}`,
  fix: 'where the API servers use that of the control planes, take the nodes with `role: etcd` out of the inventory; where they use the hosts, take the left-over etcd.yaml away',
});

/** Hosts and members are known to each other by one name. */
const nameTroubles = (members: readonly EtcdMember[], hosts: readonly string[]): readonly Trouble[] => {
  const unlisted = members.filter(({ name }) => !hosts.includes(name)).map(memberName);
  const memberless = hosts.filter((host) => !members.some(({ name }) => name === host));
  const said = [
    ...(unlisted.length === 0 ? [] : [`members that the inventory does not name: ${unlisted.join(', ')}`]),
    ...(memberless.length === 0 ? [] : [`hosts without a member of their name: ${memberless.join(', ')}`]),
  ];
  return said.length === 0
    ? []
    : [
        {
          because: `the inventory and etcd differ: ${said.join('; ')}`,
          fix: 'compare `nodeops etcd members` with the nodes of `role: etcd` in the inventory: such a node is called as its member is (--name, ETCD_NAME)',
        },
      ];
};

const addressTroubles = (
  node: string,
  { etcdServers }: StaticPods,
  members: readonly EtcdMember[],
): readonly Trouble[] => {
  if (etcdServers === undefined)
    return [
      {
        because: `${node} has no manifest of kube-apiserver that says which etcd it uses (--etcd-servers)`,
        fix: `put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on ${node}`,
      },
    ];
  const told = new Set(members.flatMap(({ clientUrls }) => clientUrls.map(normal)));
  const foreign = etcdServers.split(',').filter((url) => !told.has(normal(url)));
  return foreign.length === 0
    ? []
    : [
        {
          because: `the API server of ${node} uses etcd at ${foreign.join(', ')}, and no member of the etcd on the hosts of the inventory says that it is there`,
          fix: `compare --etcd-servers in /etc/kubernetes/manifests/kube-apiserver.yaml of ${node} with \`nodeops etcd members\`; where these are other names for the same members: --waive etcd-of-cluster='why'`,
        },
      ];
};

/**
 * The etcd on the hosts of the inventory is the one that the API servers use: what is asked, saved and defragmented is
 * that of this cluster. Judged by manifests and etcd alone: no API server takes part.
 */
export const etcdOfCluster = defineStep({
  id: 'etcd-of-cluster',
  subject: 'node',
  title: () => 'its API server uses the etcd of the inventory',
  with: z.strictObject({ etcdHosts: z.array(z.string()) }),
  detect: (_wish, _on: NodeSubject) => ({ pods: staticPods, members: etcdMembers }),

  check: ({ pods, members }, { etcdHosts }, on) =>
    pods.components['etcd'] === undefined
      ? judged([...addressTroubles(on.node, pods, members), ...nameTroubles(members, etcdHosts)], [])
      : judged([ownEtcd(on.node, etcdHosts)], []),

  limits: () => ({ pendingMs: 30_000 }),
  waivable: true,
  explain: {
    why: 'A snapshot of another etcd is worth nothing to this cluster; and what is done to the wrong one is done to somebody else.',
    source: 'kubernetes.io, Options for Highly Available Topology, "External etcd topology"',
    type: ['grep etcd-servers /etc/kubernetes/manifests/kube-apiserver.yaml', 'etcdctl member list -w table'],
  },
});
