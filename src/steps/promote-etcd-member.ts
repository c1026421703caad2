import { z } from 'zod';
import { hexId } from '../facts/through-etcd.ts';
import { promoteMember } from '../commands/etcd-replacement.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { newMember, replacementParameter, replacingFacts, runsAs } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** The learner gets its vote once it is in sync with the leader, which etcd itself judges. */
export const promoteEtcdMember = defineStep({
  id: 'promote-etcd-member',
  subject: 'node',
  title: () => 'give the new member its vote',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    const fresh = newMember(seen, replacement);
    if (fresh?.learner === false && fresh.started) return satisfied;
    if (fresh === undefined || !runsAs(seen, fresh))
      return pending(`the new member of ${on.node} to answer`, 'look closer: nodeops etcd status');
    return needed('member promote, once it is in sync');
  },

  apply: (seen, { replacement }, _on, api) => {
    const fresh = newMember(seen, replacement);
    return fresh === undefined ? [] : [{ do: 'exec', on: api.node, command: promoteMember(hexId(fresh.id)) }];
  },
  expect: ({ members, there }, { replacement }) => {
    const fresh = newMember({ members, there }, replacement);
    return { members: members.map((each) => (each === fresh ? { ...each, learner: false, started: true } : each)) };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A member that has yet to catch up must not count for quorum: etcd promotes only one that has.',
    source: 'etcd.io, Learner; etcdserver, isLearnerReady',
    type: ['etcdctl endpoint status --cluster', 'etcdctl member promote ID'],
  },
});
