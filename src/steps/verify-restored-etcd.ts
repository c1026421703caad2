import { z } from 'zod';
import { clusterIdOf, readInitialCluster } from '../backup/etcd-identity.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdObjects } from '../facts/etcd-objects.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, pending, satisfied } from '../model/verdict.ts';
import { memberTroubles } from './etcd-condition.ts';
import { founding, membersParameter, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** The ID that the restored etcd has, by its members and its token. */
export const restoredClusterId = (restore: string, members: string): string =>
  clusterIdOf(readInitialCluster(members) ?? [], founding(restore).token);

/** etcd serves what was restored, with every member, before an API server is let near it. */
export const verifyRestoredEtcd = defineStep({
  id: 'verify-restored-etcd',
  subject: 'cluster',
  title: () => 'the restored etcd serves with every member',
  with: z.strictObject({ restore: restoreParameter, members: membersParameter, revision: z.number() }),
  detect: (_wish, _on: ClusterSubject) => ({
    members: etcdMembers,
    health: etcdHealth,
    status: etcdStatus,
    alarms: etcdAlarms,
    objects: etcdObjects,
  }),

  check: ({ objects, ...sight }, { restore, members: wanted, revision }) => {
    const { members, status } = sight;
    const strange = status.find(({ clusterId }) => clusterId !== restoredClusterId(restore, wanted));
    if (strange !== undefined)
      return blocked(
        `etcd at ${strange.endpoint} is cluster ${strange.clusterId}, not the one that was restored (${restoredClusterId(restore, wanted)})`,
        `look which data it runs on; its manifest gives --data-dir. Begin anew with: nodeops restore --again`,
      );
    const names = (readInitialCluster(wanted) ?? []).map(({ name }) => name);
    const missing = names.filter((name) => !members.some((member) => member.name === name));
    const troubles = [
      ...missing.map((name) => `etcd member ${name} has not started`),
      ...memberTroubles(sight).map(({ text }) => text),
    ];
    if (troubles.length > 0) return pending(troubles.join('; '), 'look closer: nodeops etcd status');
    const least = revision + founding(restore).bumpRevision;
    const behind = status.find((each) => each.revision < least);
    if (behind !== undefined)
      return blocked(
        `etcd at ${behind.endpoint} is at revision ${behind.revision}; what was restored begins at ${least}`,
        'nodeops etcd status; nothing was started over it',
      );
    return objects > 0
      ? satisfied
      : blocked('the restored etcd holds no object of Kubernetes', 'restore another backup: nodeops backup list');
  },

  limits: () => ({ pendingMs: 420_000 }),
  explain: {
    why: 'An API server over an etcd without quorum, or over an empty one, tells kubelets that their pods are gone.',
    source: 'etcd.io, Disaster recovery; lab: an etcd that was started without its data founds an empty cluster',
    type: [
      'etcdctl endpoint health --cluster',
      'etcdctl endpoint status --cluster -w json',
      'etcdctl get /registry/ --prefix --count-only -w fields',
    ],
  },
});
