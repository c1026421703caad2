import { z } from 'zod';
import { startMember } from '../commands/etcd-replacement.ts';
import { hasReached, type EtcdOnNode } from '../facts/etcd-on-node.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, pending, satisfied } from '../model/verdict.ts';
import { clusterOf } from './etcd-condition.ts';
import { initialClusterFor, newMember, replacementParameter, replacingFacts, runsAs } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** Its manifest is where the kubelet looks, and names the members as they are. */
const isWritten = ({ manifest, flags }: EtcdOnNode, initialCluster: string): boolean =>
  manifest === 'here' &&
  flags['initial-cluster-state'] === 'existing' &&
  (flags['initial-cluster'] ?? '').split(',').toSorted().join(',') === initialCluster;

/** The manifest goes back with the members that etcd is to find, and its etcd is waited for until it answers as the new one. */
export const startEtcdMember = defineStep({
  id: 'start-etcd-member',
  subject: 'node',
  title: () => 'start the new member',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    const fresh = newMember(seen, replacement);
    if (runsAs(seen, fresh)) return satisfied;
    if (fresh === undefined || !hasReached(seen.there, replacement, 'aside'))
      return pending(`the new member of ${on.node} to be in etcd’s list`);
    const wanted = initialClusterFor(seen, replacement, on.node);
    if (seen.there.manifest === undefined)
      return blocked(
        `etcd.yaml is neither in /etc/kubernetes/manifests of ${on.node} nor where nodeops keeps it`,
        `put it back there: a backup has it in node-${on.node}.tar; then type the same command again`,
      );
    if (!isWritten(seen.there, wanted)) return needed(`etcd.yaml with --initial-cluster=${wanted}, existing`);
    const { said } = seen.there;
    return pending(
      `etcd on ${on.node} to answer as the new member: ${seen.here.why ?? 'it answers as another one'}${said === undefined ? '' : ` (it said: ${said})`}`,
      `look on ${on.node}: journalctl -u kubelet; /var/log/pods/kube-system_etcd-${on.node}_*`,
    );
  },

  apply: (seen, { replacement }, on) => [
    { do: 'exec', on: on.node, command: startMember(replacement, initialClusterFor(seen, replacement, on.node)) },
  ],
  expect: ({ there, members, status, ...seen }, { replacement }, on) => {
    const fresh = newMember({ members, there }, replacement);
    const wanted = initialClusterFor({ members, there }, replacement, on.node);
    const [known] = status;
    return {
      there: {
        ...there,
        manifest: 'here' as const,
        flags: { ...there.flags, 'initial-cluster': wanted, 'initial-cluster-state': 'existing' },
        processes: [1],
        hasMember: true,
      },
      members: members.map((each) => (each === fresh ? { ...each, name: on.node, started: true } : each)),
      here:
        known === undefined || fresh === undefined
          ? seen.here
          : {
              here: {
                memberId: fresh.id,
                clusterId: clusterOf(status) ?? '',
                revision: known.revision,
                version: known.version,
                dbSizeBytes: known.dbSizeBytes,
                quorum: true,
                learner: true,
                errors: [],
              },
            },
    };
  },

  // A kubelet whose API server is away waits half a minute for the old mirror pod (lab), and longer after crashes.
  limits: () => ({ pendingMs: 420_000, attempts: 2 }),
  explain: {
    why: 'An etcd without data asks the members of --initial-cluster who belongs to them; kubeadm join writes the same two flags.',
    source: 'kubeadm, phases/etcd, getEtcdCommand; etcd, ValidateClusterAndAssignIDs',
    type: [
      'set --initial-cluster=CP1=https://IP1:2380,… with every member, and --initial-cluster-state=existing, in etcd.yaml',
      'mv /root/etcd.yaml /etc/kubernetes/manifests/',
    ],
  },
});
