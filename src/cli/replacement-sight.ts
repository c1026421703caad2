import { beside } from '../facts/etcd-beside.ts';
import { etcdAnswer, type EtcdAnswer } from '../facts/etcd-here.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdOnNode, type EtcdOnNode } from '../facts/etcd-on-node.ts';
import { etcdStatus, type EtcdEndpointStatus } from '../facts/etcd-status.ts';
import { valueOf } from '../facts/fact.ts';
import { hexId } from '../facts/through-etcd.ts';
import { controlPlanes } from '../model/cluster.ts';
import type { Observed } from '../model/observed.ts';
import { observeCluster, observeNode } from '../run/observe.ts';
import { unreachableNodes } from '../run/reach.ts';
import type { Session } from '../run/session.ts';
import { newMember, readReplacementName, runsAs, type ReplacementName } from '../steps/etcd-replacing.ts';
import type { Obstacle } from './obstacles.ts';

/** What has to be known of a lost member before its replacement can be named. */
export interface MemberSight {
  readonly there: EtcdOnNode;
  readonly here: EtcdAnswer;
  readonly members: readonly EtcdMember[];
  readonly status: readonly EtcdEndpointStatus[];
}

const whyOf = (observed: Observed<unknown> | undefined): string => {
  if (observed?.kind === 'unavailable') return observed.why;
  if (observed?.kind === 'unreadable') return observed.text.slice(0, 200);
  return 'no other control plane has an etcd of its own: external etcd is not looked after yet';
};

/** etcd as the others tell it, and what is on the node. Where either cannot be told, what stands in the way. Reads only. */
export const lookForReplacement = async (
  session: Session,
  node: string,
): Promise<MemberSight | { readonly obstacles: readonly Obstacle[] }> => {
  const planes = controlPlanes(session.cluster).map(({ name }) => name);
  const lost = (await unreachableNodes(session)).filter((each) => planes.includes(each.node));
  if (lost.length > 0)
    return {
      obstacles: lost.map(({ fix, ...each }) => ({
        ...each,
        fix: `${fix}\n    a member is replaced where all control planes can be reached: each has to know who owns the cluster`,
      })),
    };
  session.inHand.add(node);
  const [members, status] = [beside(node, etcdMembers), beside(node, etcdStatus)];
  const [own, { observations }] = await Promise.all([
    observeNode(session, node, [etcdOnNode, etcdAnswer]),
    observeCluster(session, [members, status]),
  ]);
  const known = valueOf(members, observations.get(members.key));
  if (known === undefined)
    return {
      obstacles: [
        {
          message: `the etcd of the other control planes does not speak for all without ${node}: ${whyOf(observations.get(members.key))}`,
          fix: 'with most members lost none can be replaced. See what is left: nodeops etcd status; bring another member back, or restore all of them from a backup: nodeops restore last',
        },
      ],
    };
  const there = valueOf(etcdOnNode, own.get(etcdOnNode.key));
  if (there === undefined)
    return {
      obstacles: [
        {
          node,
          message: `what of etcd is there cannot be read: ${whyOf(own.get(etcdOnNode.key))}`,
          fix: `look on ${node}: ls -la /var/lib/nodeops-etcd/members /etc/kubernetes/manifests`,
        },
      ],
    };
  const here = valueOf(etcdAnswer, own.get(etcdAnswer.key)) ?? { why: 'it could not be asked' };
  return { there, here, members: known, status: valueOf(status, observations.get(status.key)) ?? [] };
};

/** The replacement that was begun last on the node and not ended. */
const unfinished = ({ there }: MemberSight): ReplacementName | undefined =>
  there.replacements
    .filter(({ marks }) => !marks.includes('done'))
    .flatMap(({ name }) => readReplacementName(name) ?? [])
    .toSorted((a, b) => b.number - a.number)[0];

/**
 * Which replacement is meant. One that was begun and not ended goes on. Otherwise it is the next on this node, of the
 * member that etcd has at its address; a learner that was never started, or that answers, is gone on with.
 */
export const decideReplacement = (sight: MemberSight): ReplacementName => {
  const begun = unfinished(sight);
  if (begun !== undefined) return begun;
  const numbers = sight.there.replacements.map(({ name }) => readReplacementName(name)?.number ?? 0);
  const number = Math.max(0, ...numbers) + 1;
  const found = newMember(sight, `${number}-0`);
  const goesOn = found?.learner === true && (!found.started || runsAs({ ...sight, health: [], alarms: [] }, found));
  return { number, ...(found === undefined || goesOn ? {} : { lost: hexId(found.id) }) };
};
