import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdHere } from '../facts/etcd-here.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdQuota } from '../facts/etcd-quota.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { valueOf } from '../facts/fact.ts';
import { hexId } from '../facts/through-etcd.ts';
import { etcdPlaces } from '../model/cluster.ts';
import type { Observed } from '../model/observed.ts';
import type { EtcdAlone, EtcdReport, EtcdRow } from '../report/etcd-text.ts';
import { observeCluster, observeNode, type Observations } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import { whyUnknown } from './why-unknown.ts';
import { clusterOf, memberName, memberTroubles, statusOf, type EtcdSight } from '../steps/etcd-condition.ts';

const whyOf = (observed: Observed<unknown> | undefined): string =>
  whyUnknown(
    observed,
    'no control plane runs etcd as a static pod: where it has hosts of its own, name them in the inventory (`role: etcd`; docs/etcd.md, "External etcd")',
  );

const roleOf = ({ started, learner }: EtcdMember, leads: boolean): EtcdRow['role'] => {
  if (!started) return 'not started';
  if (learner) return 'learner';
  return leads ? 'leader' : 'voter';
};

const rowOf = (member: EtcdMember, sight: EtcdSight, quotaBytes: number | undefined): EtcdRow => {
  const status = statusOf(member, sight);
  const health = sight.health.find(({ endpoint }) => member.clientUrls.includes(endpoint));
  const quota = status?.quotaBytes ?? quotaBytes;
  const foreign = memberTroubles(sight).some(({ kind, member: ill }) => kind === 'foreign' && ill === member);
  const error = foreign ? 'another cluster' : health?.error;
  return {
    name: memberName(member),
    id: hexId(member.id),
    peerUrls: member.peerUrls,
    clientUrls: member.clientUrls,
    role: roleOf(member, status?.leader === true && !foreign),
    healthy: health?.healthy === true && !foreign,
    ...(error === undefined ? {} : { error }),
    ...(status === undefined
      ? {}
      : {
          version: status.version,
          raftIndex: status.raftIndex,
          raftAppliedIndex: status.raftAppliedIndex,
          dbSizeBytes: status.dbSizeBytes,
          dbInUseBytes: status.dbInUseBytes,
        }),
    ...(quota === undefined ? {} : { quotaBytes: quota }),
    alarms: sight.alarms.filter(({ memberId }) => memberId === member.id).map(({ alarm }) => alarm),
  };
};

const saysOf = (observed: Observed<unknown> | undefined): string => {
  const here = valueOf(etcdHere, observed);
  if (here === undefined) return whyOf(observed);
  const role = here.learner ? ', a learner' : here.quorum ? '' : ', without a leader: too few members answer';
  return `etcd ${here.version} answers for itself${role}`;
};

/** What the etcd of each control plane, or host of its own, says: told where none of them speaks for all. */
const askAlone = (session: Session, reached: readonly string[]): Promise<readonly EtcdAlone[]> =>
  Promise.all(
    reached.map(async (node) => ({
      node,
      says: saysOf((await observeNode(session, node, [etcdHere])).get(etcdHere.key)),
    })),
  );

/**
 * Nodes whose etcd answers as another cluster than the one that is told of: one of the two was started without
 * its data, and founded a cluster of its own.
 */
const askStrangers = async (session: Session, sight: EtcdSight): Promise<readonly EtcdAlone[]> => {
  const own = clusterOf(sight.status);
  const found = await Promise.all(
    etcdPlaces(session.cluster).map(async ({ name: node }) => {
      const here = valueOf(etcdHere, (await observeNode(session, node, [etcdHere])).get(etcdHere.key));
      return here === undefined || own === undefined || here.clusterId === own
        ? []
        : [
            {
              node,
              says: `etcd ${here.version} answers as another cluster, revision ${here.revision}: one that was started without its data founds its own; docs/etcd.md, "A member that was lost"`,
            },
          ];
    }),
  );
  return found.flat();
};

const facts = [etcdMembers, etcdHealth, etcdStatus, etcdAlarms, etcdQuota];

const sightOf = (seen: Observations): EtcdSight | undefined => {
  const members = valueOf(etcdMembers, seen.get(etcdMembers.key));
  const health = valueOf(etcdHealth, seen.get(etcdHealth.key));
  const status = valueOf(etcdStatus, seen.get(etcdStatus.key));
  const alarms = valueOf(etcdAlarms, seen.get(etcdAlarms.key));
  return members === undefined || health === undefined || status === undefined || alarms === undefined
    ? undefined
    : { members, health, status, alarms };
};

/** Looks at etcd through the nodes of a session, whether or not an API server answers. Reads only. */
export const reportEtcd = async (session: Session): Promise<EtcdReport> => {
  const { observations } = await observeCluster(session, facts);
  const sight = sightOf(observations);
  const cluster = session.cluster.name;
  if (sight !== undefined) {
    const quota = valueOf(etcdQuota, observations.get(etcdQuota.key))?.bytes;
    const members = sight.members.map((member) => rowOf(member, sight, quota));
    return { cluster, members, alone: await askStrangers(session, sight) };
  }
  const missing = facts.find(({ key }) => observations.get(key)?.kind !== 'value');
  const names = etcdPlaces(session.cluster).map(({ name }) => name);
  return {
    cluster,
    members: [],
    trouble: whyOf(missing && observations.get(missing.key)),
    alone: await askAlone(session, names),
  };
};
