import { z } from 'zod';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { isOutForRun, nodes, type NodeObject } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { etcdTroubles, quorum } from './etcd-condition.ts';

const why = (node: NodeObject): string =>
  `${node.name} (${node.ready === 'True' ? `cordoned by run ${node.cordonedBy}` : `Ready ${node.ready}`})`;

/**
 * Before a control plane is touched the others alone must carry the cluster: nodes Ready and not cordoned by us, etcd
 * members started, voting, healthy, caught up, without alarms, and enough of them for quorum. With one or two members
 * that cannot be: the plan announces the outage instead.
 */
export const verifyOtherControlPlanes = defineStep({
  id: 'verify-other-control-planes',
  subject: 'node',
  title: () => 'the other control planes carry the cluster',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({
    nodes,
    members: etcdMembers,
    health: etcdHealth,
    status: etcdStatus,
    alarms: etcdAlarms,
  }),

  check: ({ nodes: all, ...etcd }, _wish, on) => {
    const others = all.filter(({ controlPlane, name }) => controlPlane && name !== on.node);
    const away = others.filter((each) => each.ready !== 'True' || isOutForRun(each));
    if (away.length > 0)
      return pending(`${away.map(why).join(', ')} to be back in service`, 'see why it is not: nodeops diagnose');
    const troubles = etcdTroubles(etcd, on.node);
    if (troubles[0] !== undefined) return pending(`the other etcd members: ${troubles.join('; ')}`);
    const voters = etcd.members.filter(({ learner }) => !learner);
    const left = voters.filter(({ name }) => name !== on.node).length;
    return voters.length <= 2 || left >= quorum(voters.length)
      ? satisfied
      : pending(`quorum without ${on.node}: ${left} of ${voters.length} members`);
  },

  limits: () => ({ pendingMs: 180_000 }),
  explain: {
    why: 'Two control planes out at once lose etcd’s quorum, and with it the API.',
    source: 'etcd.io, FAQ, "What is failure tolerance?"',
    type: ['etcdctl endpoint health --cluster', 'etcdctl member list', 'etcdctl alarm list', 'kubectl get nodes'],
  },
});
