import { z } from 'zod';
import { disarmAlarms } from '../commands/etcdctl.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdQuota } from '../facts/etcd-quota.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, needed, pending, satisfied } from '../model/verdict.ts';
import { memberName, nameOfMember, statusOf } from './etcd-condition.ts';
import { defineStep } from './step.ts';

const MiB = 1024 * 1024;

/** Takes back NOSPACE once there is room again. Never CORRUPT: etcd disarms all alarms at once, and that one is true. */
export const disarmEtcd = defineStep({
  id: 'disarm-etcd',
  subject: 'cluster',
  title: () => 'disarm etcd’s alarms',
  with: z.strictObject({}),
  detect: (_wish, _on: ClusterSubject) => ({
    alarms: etcdAlarms,
    members: etcdMembers,
    status: etcdStatus,
    quota: etcdQuota,
  }),

  check: ({ alarms, members, status, quota }) => {
    if (alarms.length === 0) return satisfied;
    const corrupt = alarms.find(({ alarm }) => alarm !== 'NOSPACE');
    if (corrupt !== undefined)
      return blocked(
        `etcd member ${nameOfMember(corrupt.memberId, members)} has the alarm ${corrupt.alarm}, which no disarming mends`,
        'replace the member (etcd.io, "Data corruption"); etcd takes all alarms back at once, so that NOSPACE waits for it',
      );
    const full = members.find((member) => {
      const own = statusOf(member, { status });
      const limit = own?.quotaBytes ?? quota.bytes;
      return own !== undefined && limit !== undefined && own.dbSizeBytes >= limit;
    });
    // A plan cannot foresee how much the compaction before it sets free: judged when it is reached.
    if (full !== undefined)
      return pending(
        `the database of etcd member ${memberName(full)} to take less than its whole quota (it takes ${Math.round((statusOf(full, { status })?.dbSizeBytes ?? 0) / MiB)} MiB; the alarm would come back)`,
        'delete what fills it (events, large Secrets), or raise --quota-backend-bytes in its manifest; then the same command again',
      );
    return needed(...alarms.map(({ alarm, memberId }) => `disarm ${alarm} of ${nameOfMember(memberId, members)}`));
  },

  apply: (_seen, _wish, _on, { node }) => [{ do: 'exec', on: node, command: disarmAlarms }],
  expect: () => ({ alarms: [] }),

  limits: () => ({ pendingMs: 10_000 }),
  explain: {
    why: 'An alarm stays when its cause is gone, and with it etcd takes no writes: somebody has to say that it is over.',
    source: 'etcd.io, Maintenance, "Space quota"',
    type: ['etcdctl alarm list', 'etcdctl alarm disarm'],
  },
});
