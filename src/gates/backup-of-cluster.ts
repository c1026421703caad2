import { z } from 'zod';
import { clusterIdOf, readInitialCluster, usualToken } from '../backup/etcd-identity.ts';
import { readRestoreName, tokenOf } from '../backup/restore-name.ts';
import { etcdAnswer } from '../facts/etcd-here.ts';
import { etcdRestores, type EtcdRestores } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { memberHere, membersParameter, restoreParameter } from '../steps/etcd-restoring.ts';
import { defineStep } from '../steps/step.ts';

const fix = (id: string): string =>
  `look what is in it: nodeops backup verify ${id}; and whether the inventory names the right hosts`;

/** What an etcd calls itself that is founded by its manifest: of its addresses alone, also where it begins with nothing. */
const foundedByManifest = ({ flags }: EtcdRestores): string | undefined => {
  const members = readInitialCluster(flags['initial-cluster'] ?? '');
  return members === undefined ? undefined : clusterIdOf(members, flags['initial-cluster-token'] ?? usualToken);
};

/** The identities that this cluster's etcd had, by what earlier restores left: that of each backup, and what came of it. */
const earlier = ({ restores }: EtcdRestores, members: string): readonly string[] =>
  restores.flatMap(({ name, of }) => {
    const read = readRestoreName(name);
    const founded = readInitialCluster(members);
    return [
      ...(of === undefined ? [] : [of]),
      ...(read === undefined || founded === undefined ? [] : [clusterIdOf(founded, tokenOf(read))]),
    ];
  });

/**
 * The backup is one of this cluster, where that can be told: by names and addresses of its etcd members, and by the
 * identity of an etcd that still answers.
 */
export const backupOfCluster = defineStep({
  id: 'backup-of-cluster',
  subject: 'node',
  title: () => 'the backup is one of this cluster',
  with: z.strictObject({
    restore: restoreParameter,
    members: membersParameter,
    backupClusterId: z.string(),
    backupMembers: z.string(),
  }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores, etcd: etcdAnswer }),

  check: ({ restores, etcd }, { restore, members, backupClusterId, backupMembers }, on) => {
    const id = readRestoreName(restore)?.backup ?? restore;
    const then = readInitialCluster(backupMembers) ?? [];
    const now = readInitialCluster(members) ?? [];
    const here = memberHere(restores);
    const same = then.find(({ name }) => name === here?.name);
    if (here !== undefined && same !== undefined && same.peerUrl !== here.peerUrl)
      return blocked(
        `in the backup ${id} etcd member ${same.name} is at ${same.peerUrl}, on ${on.node} at ${here.peerUrl}`,
        fix(id),
      );
    if (!then.some(({ name }) => now.some((each) => each.name === name)))
      return blocked(
        `the backup ${id} is of the etcd members ${then.map(({ name }) => name).join(', ')}: ${on.node} is none of them, nor is any other control plane`,
        fix(id),
      );
    const answers = etcd.here?.clusterId;
    if (answers === undefined || answers === backupClusterId || answers === foundedByManifest(restores))
      return satisfied;
    return earlier(restores, members).includes(backupClusterId)
      ? satisfied
      : blocked(
          `the backup ${id} is of etcd cluster ${backupClusterId}, and the etcd that answers on ${on.node} is ${answers}`,
          fix(id),
        );
  },

  waivable: true,
  explain: {
    why: 'A restored backup of another cluster brings its nodes, its Secrets and its workload, and ends what runs here.',
    source: 'etcd, server/etcdserver/api/membership (an ID made of addresses and token)',
    type: ['etcdctl endpoint status -w json', 'etcdctl member list'],
  },
});
