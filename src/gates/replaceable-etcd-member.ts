import { z } from 'zod';
import { hasReached, type EtcdOnNode } from '../facts/etcd-on-node.ts';
import { kubeletUnit, type KubeletUnit } from '../facts/kubelet-unit.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { memberName, memberTroubles } from '../steps/etcd-condition.ts';
import {
  lostMember,
  newMember,
  othersTroubles,
  peerUrlOf,
  replacementParameter,
  replacingFacts,
  runsAs,
  type ReplacingSight,
} from '../steps/etcd-replacing.ts';
import { defineStep } from '../steps/step.ts';

const MiB = 1024 * 1024;
/** Two logs of 64 MB that etcd preallocates (etcd, wal.SegmentSizeBytes), a snapshot on its way, and what is written. */
const spareBytes = 256 * MiB;

const onNodeTroubles = (node: string, there: EtcdOnNode, unit: KubeletUnit): readonly Trouble[] => {
  const fromBackup = `put it back there: a backup has it in node-${node}.tar`;
  const elsewhere = there.flags['wal-dir'];
  return [
    ...(there.manifest === undefined
      ? [{ because: `etcd.yaml is not in /etc/kubernetes/manifests of ${node}`, fix: fromBackup }]
      : peerUrlOf(there) === undefined || peerUrlOf(there)?.includes(',') === true
        ? [
            {
              because: `the manifest of etcd on ${node} gives ${peerUrlOf(there) === undefined ? 'no' : 'several'} addresses for its peers (--initial-advertise-peer-urls)`,
              fix: 'kubeadm writes one; nodeops replaces only members that kubeadm made',
            },
          ]
        : []),
    ...(elsewhere === undefined
      ? []
      : [
          {
            because: `etcd on ${node} keeps its log elsewhere (--wal-dir=${elsewhere}): that is not replaced by nodeops yet`,
            fix: 'by hand: docs/etcd.md, "A member that was lost"',
          },
        ]),
    ...(there.restoring
      ? [{ because: `a restore was begun on ${node} and not ended`, fix: 'go on with it: nodeops resume' }]
      : []),
    ...(unit.active
      ? []
      : [
          {
            because: `the kubelet of ${node} does not run (${unit.subState}): nothing would end or start its etcd`,
            fix: `see why: journalctl -u kubelet on ${node}; then: systemctl start kubelet`,
          },
        ]),
  ];
};

/** One that is well is not replaced: what has it lost? */
const healthTroubles = (node: string, seen: ReplacingSight, replacement: string): readonly Trouble[] => {
  const { there, members } = seen;
  const url = peerUrlOf(there);
  const moved = members.find(({ name, peerUrls }) => name === node && url !== undefined && !peerUrls.includes(url));
  if (moved !== undefined)
    return [
      {
        because: `etcd knows the member ${node} at ${moved.peerUrls.join(', ')}, and its manifest says ${url}`,
        fix: 'put the manifest back as it was: a member that has merely another address is not lost',
      },
    ];
  const member = lostMember(seen, replacement) ?? newMember(seen, replacement);
  if (member === undefined || member.learner || !there.hasMember) return [];
  const ill = memberTroubles(seen).some((trouble) => trouble.member === member);
  return ill
    ? []
    : [
        {
          because: `etcd member ${memberName(member)} is healthy, and has its data: there is nothing to replace`,
          fix: 'nodeops etcd status shows every member',
        },
      ];
};

/** What an operator should know: data that are there may be whole. */
const warningsOf = (node: string, seen: ReplacingSight, replacement: string): readonly Trouble[] => {
  const { there } = seen;
  if (!there.hasMember || there.manifest !== 'here' || runsAs(seen, newMember(seen, replacement))) return [];
  return [
    {
      because: `${node} still has data of etcd${there.said === undefined ? '' : `, over which it ended: ${there.said}`}; they are set aside, not deleted`,
      fix: `should it only need to be started, stop here and look: /var/log/pods/kube-system_etcd-${node}_*`,
    },
  ];
};

const roomTroubles = (node: string, { there, status }: ReplacingSight): readonly Trouble[] => {
  const wanted = Math.max(0, ...status.map(({ dbSizeBytes }) => dbSizeBytes)) * 2 + spareBytes;
  if (there.availableBytes === undefined || there.availableBytes >= wanted) return [];
  return [
    {
      because: `${node}: ${there.flags['data-dir'] ?? 'the data directory of etcd'} has ${Math.floor(there.availableBytes / MiB)} MiB left; the new member needs ${Math.ceil(wanted / MiB)} MiB there`,
      fix: `make room on ${node}: old copies in /etc/kubernetes/tmp, old data in ${there.base ?? '/var/lib/etcd-nodeops-restores'}, apt-get clean`,
    },
  ];
};

/** A member that was really lost, the others well and enough without it, and a node that can begin another one. */
export const replaceableEtcdMember = defineStep({
  id: 'replaceable-etcd-member',
  subject: 'node',
  title: () => 'a lost member of etcd that can be replaced',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => ({ ...replacingFacts(on.node), unit: kubeletUnit }),

  check: ({ unit, ...seen }, { replacement }, on) => {
    // What was begun is ended: there the lost member is gone, or the new one is well already.
    const begun = hasReached(seen.there, replacement, 'begun');
    return judged(
      [
        ...(begun ? [] : healthTroubles(on.node, seen, replacement)),
        ...onNodeTroubles(on.node, seen.there, unit),
        ...othersTroubles(seen, on.node),
        ...(hasReached(seen.there, replacement, 'aside') ? [] : roomTroubles(on.node, seen)),
      ],
      begun ? [] : warningsOf(on.node, seen, replacement),
    );
  },

  explain: {
    why: 'Taking a member out costs the tolerance of one more loss: it is done for one that is lost, while all others are well.',
    source:
      'etcd.io, Runtime reconfiguration; etcd.io, FAQ, "What is failure tolerance?"; docs/etcd.md, "A member that was lost"',
    type: ['etcdctl member list -w table', 'etcdctl endpoint health --cluster', 'ls /var/lib/etcd/member'],
  },
});
