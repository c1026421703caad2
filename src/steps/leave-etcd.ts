import { z } from 'zod';
import { removeMember } from '../commands/etcd-replacement.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { beside } from '../facts/etcd-beside.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { judged, needed, satisfied, type Trouble } from '../model/verdict.ts';
import { memberTroubles, quorum, type EtcdSight } from './etcd-condition.ts';
import { defineStep } from './step.ts';

/** Its members by the names that kubeadm gives them: those of the nodes. */
const memberOf = ({ members }: EtcdSight, node: string): EtcdMember | undefined =>
  members.find(({ name }) => name === node);

/** The others are well, and those that answer are enough for etcd to agree that one goes. */
const troublesBeside = (sight: EtcdSight, own: EtcdMember): readonly Trouble[] => {
  const troubles = memberTroubles(sight);
  const others = troubles.filter(({ member }) => member.id !== own.id);
  const voters = sight.members.filter(({ learner }) => !learner);
  const well = voters.filter(({ id }) => !troubles.some(({ member }) => member.id === id)).length;
  return [
    ...others.map(({ text }) => ({
      because: text,
      fix: 'mend that one first: nodeops etcd status; a member is taken out while all others are well',
    })),
    ...(well >= quorum(voters.length)
      ? []
      : [
          {
            because: `${well} of ${voters.length} voters of etcd are well, and ${quorum(voters.length)} are needed: it could not even take one out of its list`,
            fix: 'bring one back; or restore all members from a backup: nodeops restore last',
          },
        ]),
  ];
};

/** A control plane that leaves takes its member of etcd out of etcd's list first; asked of the others. */
export const leaveEtcd = defineStep({
  id: 'leave-etcd',
  subject: 'cluster',
  title: ({ node }) => `take the member of ${node} out of etcd’s list`,
  with: z.strictObject({ node: z.string() }),
  detect: ({ node }, _on: ClusterSubject) => ({
    members: beside(node, etcdMembers),
    health: beside(node, etcdHealth),
    status: beside(node, etcdStatus),
    alarms: beside(node, etcdAlarms),
  }),

  check: (sight, { node }) => {
    const own = memberOf(sight, node);
    if (own === undefined) return satisfied;
    const troubles = troublesBeside(sight, own);
    return troubles.length > 0 ? judged(troubles, []) : needed(`member remove ${hexId(own.id)}`);
  },
  apply: (sight, { node }, _on, api) => {
    const own = memberOf(sight, node);
    return own === undefined ? [] : [{ do: 'exec', on: api.node, command: removeMember(hexId(own.id)) }];
  },
  expect: (sight, { node }) => {
    const own = memberOf(sight, node);
    return {
      members: sight.members.filter((each) => each !== own),
      status: sight.status.filter(({ endpoint }) => own?.clientUrls.includes(endpoint) !== true),
      health: sight.health.filter(({ endpoint }) => own?.clientUrls.includes(endpoint) !== true),
    };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A member whose machine is gone counts for quorum all the same: it is taken out before the machine goes.',
    source: 'etcd.io, Runtime reconfiguration, "Remove a member"',
    type: ['etcdctl member list', 'etcdctl member remove ID'],
  },
});
