import { z } from 'zod';
import { etcdAlarms, type EtcdAlarm } from '../facts/etcd-alarms.ts';
import { etcdHealth as healthFact } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdQuota, type EtcdQuota } from '../facts/etcd-quota.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes } from '../facts/nodes.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, judged, pending, type Trouble, type Verdict } from '../model/verdict.ts';
import {
  memberName,
  memberTroubles,
  nameOfMember,
  quorum,
  statusOf,
  type EtcdSight,
  type MemberTrouble,
} from '../steps/etcd-condition.ts';
import { defineStep } from '../steps/step.ts';
import { crossingTrouble } from './etcd-crossing.ts';
import { elsewhere, onItsHost, strayEndpoints } from './external-etcd.ts';

/**
 * Of the quota, against which etcd holds the size of the file. At 100 % it raises NOSPACE and takes no more writes; an
 * upgrade adds to it at every control plane, since API servers and kubelets that begin anew write their status, leases
 * and events, and old revisions go after five minutes at the earliest. A twentieth of the default of 2 GiB, 100 MiB, is
 * what that may take; at four fifths there is time to defragment first. Source: etcd.io, Maintenance, "Space quota".
 */
const warnAt = 0.8;
const blockAt = 0.95;

const MiB = 1024 * 1024;
const mebibytes = (bytes: number): string => `${Math.round(bytes / MiB)} MiB`;

const look = 'look closer: nodeops etcd status';

const ofStaticPod = ({ member, kind, text }: MemberTrouble): Trouble => {
  const id = hexId(member.id);
  const replace = `nodeops etcd replace-member ${member.name === '' ? `NODE (the control plane at ${member.peerUrls.join(', ')})` : member.name}`;
  const fixes: Record<MemberTrouble['kind'], string> = {
    'not-started': `${replace} ends what was begun; or take it out with etcdctl member remove ${id}`,
    learner: `${replace} promotes it where it is in sync, and makes it anew otherwise; or take it out with etcdctl member remove ${id}: it has no vote, and counts for no quorum`,
    foreign: `take its etcd.yaml out of /etc/kubernetes/manifests now, before the API server beside it shows an empty cluster; then ${replace}`,
    unhealthy: `${look}; where its data are lost: ${replace}`,
    lagging: `wait until it has caught up; ${look}`,
    alarm: look,
  };
  return { because: text, fix: fixes[kind] };
};

const ofAlarm = ({ alarm, memberId }: EtcdAlarm, { members }: EtcdSight): Trouble => {
  return {
    because: `etcd member ${nameOfMember(memberId, members)} has the alarm ${alarm}`,
    fix:
      alarm === 'NOSPACE'
        ? 'make room and disarm it: nodeops etcd alarms disarm'
        : 'its data differs from the others’: replace the member (etcd.io, "Data corruption") before anything else',
  };
};

interface Fullness {
  readonly share: number;
  readonly trouble: Trouble;
}

const fullness = (sight: EtcdSight, quota: EtcdQuota | undefined): readonly Fullness[] =>
  sight.members.flatMap((member) => {
    const status = statusOf(member, sight);
    const limit = status?.quotaBytes ?? quota?.bytes;
    if (status === undefined || limit === undefined || limit <= 0) return [];
    const share = status.dbSizeBytes / limit;
    const loose = status.dbSizeBytes - status.dbInUseBytes;
    return [
      {
        share,
        trouble: {
          because: `the database of etcd member ${memberName(member)} takes ${mebibytes(status.dbSizeBytes)} of its quota of ${mebibytes(limit)} (${Math.floor(share * 100)} %)`,
          fix:
            loose * 10 > status.dbSizeBytes
              ? `${mebibytes(loose)} of it are free inside: nodeops etcd defrag`
              : 'find out what fills it (events, large Secrets), or raise --quota-backend-bytes where etcd gets its settings (kubeadm-config and the manifests; the service of external etcd)',
        },
      },
    ];
  });

/** What is left of it to be judged where etcd does not answer for all. */
const unseen = (cluster: string): Verdict =>
  blocked(
    `no control plane of ${cluster} has the manifest of etcd in /etc/kubernetes/manifests`,
    'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* there',
  );

const twoMembers: Trouble = {
  because: `etcd has two members and needs ${quorum(2)} of them: it tolerates no loss, less than one member alone would`,
  fix: 'join a third one, or expect that the API is away whenever one of the two is',
};

/** etcd must be well as a whole before a control plane is touched; a node that a run left in the middle is let off. */
export const etcdHealth = defineStep({
  id: 'etcd-health',
  subject: 'cluster',
  title: ({ version }) => `etcd is well, and can go to what ${version} brings`,
  with: z.strictObject({ version: z.string(), etcdHosts: z.array(z.string()).optional() }),
  detect: (_wish, _on: ClusterSubject) => ({
    nodes,
    config: kubeadmConfig,
    members: etcdMembers,
    health: healthFact,
    status: etcdStatus,
    alarms: etcdAlarms,
    quota: etcdQuota,
  }),
  optional: ['members', 'health', 'status', 'alarms', 'quota'],

  check: ({ nodes: all, config, members, health, status, alarms, quota }, { version, etcdHosts }, on) => {
    const misplaced = elsewhere(on.cluster, config, etcdHosts);
    if (misplaced !== undefined) return judged([misplaced], []);
    if (members === undefined || health === undefined || status === undefined || alarms === undefined)
      return unseen(on.cluster);
    const ofMember = etcdHosts === undefined ? ofStaticPod : onItsHost;
    const sight: EtcdSight = { members, health, status, alarms };
    const left = all.filter(({ cordonedBy }) => cordonedBy !== undefined).map(({ name }) => name);
    const troubles = memberTroubles(sight, left);
    const lasting = troubles.filter(({ kind }) => ['learner', 'not-started', 'foreign'].includes(kind));
    const passing = troubles.filter(({ kind }) => kind === 'unhealthy' || kind === 'lagging');
    const full = fullness(sight, quota);
    const blocks = [
      ...lasting.map(ofMember),
      ...alarms.map((alarm) => ofAlarm(alarm, sight)),
      ...full.filter(({ share }) => share >= blockAt).map(({ trouble }) => trouble),
      // External etcd stays what it is: kubeadm brings none.
      ...(etcdHosts === undefined ? crossingTrouble(on.cluster, version, config, sight) : []),
    ];
    const warnings = [
      ...full.filter(({ share }) => share >= warnAt && share < blockAt).map(({ trouble }) => trouble),
      ...(members.length === 2 ? [twoMembers] : []),
      ...strayEndpoints(config, members),
    ];
    if (blocks.length > 0) return judged([...blocks, ...passing.map(ofMember)], warnings);
    const [first] = passing;
    return first === undefined
      ? judged([], warnings)
      : pending(passing.map(({ text }) => text).join('; '), ofMember(first).fix);
  },

  limits: () => ({ pendingMs: 120_000 }),
  waivable: true,
  explain: {
    why: 'Each control plane’s etcd is replaced in turn: what is wrong with another member then costs quorum, and with it the API.',
    source: 'etcd.io, FAQ, "What is failure tolerance?"; etcd.io, Maintenance, "Space quota"',
    type: [
      'etcdctl member list -w table',
      'etcdctl endpoint status --cluster -w table',
      'etcdctl endpoint health --cluster',
      'etcdctl alarm list',
    ],
  },
});
