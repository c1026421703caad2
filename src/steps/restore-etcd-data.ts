import { z } from 'zod';
import { restoreData } from '../commands/etcd-restore.ts';
import { etcdRestores, hasMark, withMark } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { founding, isAmong, isSwapped, memberHere, membersParameter, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** Makes this member's data out of the snapshot, beside those that it has. All members are made of the same one. */
export const restoreEtcdData = defineStep({
  id: 'restore-etcd-data',
  subject: 'node',
  title: () => 'new etcd data out of the snapshot',
  with: z.strictObject({ restore: restoreParameter, members: membersParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore, members }, on) => {
    if (hasMark(restores, restore, 'restored') || isSwapped(restores, restore)) return satisfied;
    const member = memberHere(restores);
    if (member !== undefined && isAmong(members, member)) return needed(`restore as ${member.name}`);
    return blocked(
      `the manifest of etcd on ${on.node} starts ${member === undefined ? 'no member that can be told' : `${member.name} at ${member.peerUrl}`}; what is restored is ${members}`,
      'it was changed meanwhile: put it back as it was, or begin anew with nodeops restore',
    );
  },

  apply: ({ restores }, { restore, members }, on) => {
    const member = memberHere(restores);
    return member === undefined
      ? []
      : [
          {
            do: 'exec',
            on: on.node,
            command: restoreData({ restore, initialCluster: members, ...founding(restore), ...member }),
          },
        ];
  },
  expect: ({ restores }, { restore }) => ({ restores: withMark(restores, restore, 'restored') }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A restored member is a new one of a new cluster: with a token of its own it cannot join one that still runs, and a raised revision tells every watcher to look anew.',
    source: 'etcd.io, Disaster recovery, "Restoring with revision bump"; lab',
    type: [
      'etcdutl snapshot restore etcd-snapshot.db --data-dir /var/lib/etcd.new --name CP --initial-cluster CP=https://IP:2380 --initial-cluster-token T --initial-advertise-peer-urls https://IP:2380 --bump-revision 1000000000 --mark-compacted',
    ],
  },
});
