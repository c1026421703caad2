import { z } from 'zod';
import { moveLeader } from '../commands/etcdctl.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { etcdTroubles, type EtcdSight } from './etcd-condition.ts';
import { defineStep } from './step.ts';

interface Course {
  readonly version?: string | undefined;
  readonly controlPlaneNames: readonly string[];
}

interface Sight extends EtcdSight {
  readonly nodes: readonly NodeObject[];
}

/** Whether another member votes beside the one on a node. */
const hasOthers = ({ members }: EtcdSight, node: string): boolean =>
  members.some(({ name }) => name === node) && members.filter(({ learner }) => !learner).length > 1;

const leads = ({ members, status }: EtcdSight, node: string): boolean => {
  const own = members.find(({ name }) => name === node);
  return status.some(({ leader, memberId }) => leader && memberId === own?.id);
};

/**
 * Who leads longest from here: a node whose kubelet is on the target is not touched again in this hop; of the others the
 * one whose turn comes last, so that leadership moves twice at most.
 */
const heirOf = (seen: Sight, { version, controlPlaneNames }: Course, node: string): EtcdMember | undefined => {
  const others = seen.members.filter(({ name }) => name !== node);
  const done = others.filter(({ name }) =>
    seen.nodes.some((each) => each.name === name && each.kubeletVersion === version),
  );
  const turn = ({ name }: EtcdMember): number => controlPlaneNames.indexOf(name);
  return done.toSorted((a, b) => turn(a) - turn(b))[0] ?? others.toSorted((a, b) => turn(b) - turn(a))[0];
};

/**
 * A leader that is stopped leaves etcd without one for an election (a second and more, in which nothing is written), one
 * that hands over for some milliseconds. Done right before its etcd is ended, by kubeadm or by a kubelet of another minor,
 * and only while all the others are well: a member that went away since they were looked at would leave no quorum.
 */
export const moveEtcdLeader = defineStep({
  id: 'move-etcd-leader',
  subject: 'node',
  title: () => 'another etcd member leads',
  with: z.strictObject({ version: z.string().optional(), controlPlaneNames: z.array(z.string()) }),
  detect: (_wish, _on: NodeSubject) => ({
    members: etcdMembers,
    health: etcdHealth,
    status: etcdStatus,
    alarms: etcdAlarms,
    nodes,
  }),

  check: (seen, wish, on) => {
    if (!hasOthers(seen, on.node)) return satisfied;
    // The last look before its etcd is ended. Asking one that has just gone takes its time: what was seen before that is old.
    const troubles = etcdTroubles(seen, on.node);
    if (troubles.length > 0)
      return pending(
        `the other etcd members: ${troubles.join('; ')}`,
        'see what is wrong with them: nodeops etcd status',
      );
    const heir = leads(seen, on.node) ? heirOf(seen, wish, on.node) : undefined;
    return heir === undefined ? satisfied : needed(`etcd's leadership goes from ${on.node} to ${heir.name}`);
  },
  apply: (seen, wish, on) => {
    const heir = heirOf(seen, wish, on.node);
    return heir === undefined ? [] : [{ do: 'exec', on: on.node, command: moveLeader(hexId(heir.id)) }];
  },
  expect: (seen, wish, on) => {
    const heir = heirOf(seen, wish, on.node);
    return { status: seen.status.map((each) => ({ ...each, leader: each.memberId === heir?.id })) };
  },

  // Elections come by themselves: who leads when its turn has come is not what a plan was about.
  unheld: true,
  limits: () => ({ pendingMs: 180_000, attempts: 3 }),
  explain: {
    why: 'A leader that is stopped costs an election, in which etcd takes no writes; handing over costs milliseconds.',
    source: 'etcdctl, MOVE-LEADER; etcd.io, Runtime reconfiguration design; tried on the lab, 3.6.6',
    type: ['etcdctl endpoint status --cluster -w table', 'etcdctl move-leader ID-OF-ANOTHER-MEMBER'],
  },
});
