import { z } from 'zod';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { memberTroubles } from './etcd-condition.ts';
import { defineStep } from './step.ts';

/**
 * Every etcd member is well, asked of etcd alone: no API server takes part. An alarm may be let pass, where what is done
 * is meant to end it; and one that has no vote yet, where that may be what a join that was cut off has left.
 */
export const verifyEtcd = defineStep({
  id: 'verify-etcd',
  subject: 'cluster',
  title: () => 'every etcd member is well',
  with: z.strictObject({ despiteAlarms: z.boolean().optional(), despiteLearners: z.boolean().optional() }),
  detect: (_wish, _on: ClusterSubject) => ({
    members: etcdMembers,
    health: etcdHealth,
    status: etcdStatus,
    alarms: etcdAlarms,
  }),

  check: (sight, { despiteAlarms, despiteLearners }) => {
    const troubles = memberTroubles(sight).filter(
      ({ kind, member }) =>
        !(despiteAlarms === true && kind === 'alarm') && !(despiteLearners === true && member.learner),
    );
    return troubles.length === 0
      ? satisfied
      : pending(
          troubles.map(({ text }) => text).join('; '),
          'look closer: nodeops etcd status; nothing more was begun',
        );
  },

  limits: () => ({ pendingMs: 60_000 }),
  explain: {
    why: 'A member that is defragmented answers nothing: while another is away too, there may be no quorum.',
    source: 'etcd.io, Maintenance, "Defragmentation"; etcd.io, FAQ, "What is failure tolerance?"',
    type: ['etcdctl endpoint health --cluster', 'etcdctl member list', 'etcdctl alarm list'],
  },
});
