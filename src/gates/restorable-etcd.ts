import { z } from 'zod';
import { readRestoreName } from '../backup/restore-name.ts';
import { controlPlaneManifests } from '../commands/etcd-restore.ts';
import { etcdRestores, type EtcdRestores } from '../facts/etcd-restores.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { isAmong, memberHere, membersParameter, restoreParameter } from '../steps/etcd-restoring.ts';
import { defineStep } from '../steps/step.ts';

/** What is said of a control plane whose etcd is elsewhere. */
export const externalEtcd = (node: string): Trouble => ({
  because: `${node} has no manifest of etcd: external etcd is not restored by nodeops yet`,
  fix: 'by hand: stop every API server, `etcdutl snapshot restore` on every etcd host from the same snapshot, start etcd, then the API servers; kubernetes.io, "Operating etcd clusters". Is it lost: the backup has it in node-*.tar',
});

const manifestTroubles = (node: string, { manifests, flags }: EtcdRestores): readonly Trouble[] => {
  if (manifests['etcd'] === undefined) return [externalEtcd(node)];
  const lost = controlPlaneManifests.filter((each) => manifests[each] === undefined);
  return [
    ...lost.map((each) => ({
      because: `${each}.yaml is not in /etc/kubernetes/manifests of ${node}`,
      fix: `put it back there: the backup has it in node-${node}.tar`,
    })),
    ...(flags['wal-dir'] === undefined
      ? []
      : [
          {
            because: `etcd on ${node} keeps its log elsewhere (--wal-dir=${flags['wal-dir']}): that is not restored by nodeops yet`,
            fix: 'by hand: docs/restore.md, "By hand", with --wal-dir for etcdutl as well',
          },
        ]),
  ];
};

const memberTrouble = (node: string, seen: EtcdRestores, members: string): readonly Trouble[] => {
  const member = memberHere(seen);
  if (seen.manifests['etcd'] === undefined || (member !== undefined && isAmong(members, member))) return [];
  return [
    {
      because: `the manifest of etcd on ${node} starts ${member === undefined ? 'no member that can be told' : `${member.name} at ${member.peerUrl}`}; what is restored is ${members}`,
      fix: 'begin anew with nodeops restore: it reads the manifests again',
    },
  ];
};

/** One that was begun after this one was asked for, or that began with the same number. */
const laterRestore = (node: string, { restores }: EtcdRestores, restore: string): readonly Trouble[] => {
  const own = readRestoreName(restore)?.number ?? 0;
  const later = restores.find(({ name }) => name !== restore && (readRestoreName(name)?.number ?? 0) >= own);
  return later === undefined
    ? []
    : [
        {
          because: `another restore was begun on ${node} meanwhile: ${later.name}`,
          fix: 'look who did, and type nodeops restore again: it takes the next number',
        },
      ];
};

/** A control plane whose etcd can be restored: stacked, by kubeadm's manifests, with a kubelet that starts and ends pods. */
export const restorableEtcd = defineStep({
  id: 'restorable-etcd',
  subject: 'node',
  title: () => 'an etcd that can be restored',
  with: z.strictObject({ restore: restoreParameter, members: membersParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores, unit: kubeletUnit }),

  check: ({ restores, unit }, { restore, members }, on) =>
    judged(
      [
        ...manifestTroubles(on.node, restores),
        ...memberTrouble(on.node, restores, members),
        ...laterRestore(on.node, restores, restore),
        ...(unit.active
          ? []
          : [
              {
                because: `the kubelet of ${on.node} does not run (${unit.subState}): nothing would end or start its static pods`,
                fix: `see why: journalctl -u kubelet on ${on.node}; then: systemctl start kubelet`,
              },
            ]),
      ],
      [],
    ),

  explain: {
    why: 'What cannot be ended on every control plane must not be begun on one.',
    source: 'kubernetes.io, Options for Highly Available Topology; docs/restore.md',
    type: ['ls /etc/kubernetes/manifests', 'systemctl status kubelet'],
  },
});
