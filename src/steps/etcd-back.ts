import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeletUnit, type KubeletUnit } from '../facts/kubelet-unit.ts';
import { staticPods, type StaticPods } from '../facts/static-pods.ts';
import { pending, satisfied, type Verdict } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { memberTroubles, statusOf, type EtcdSight } from './etcd-condition.ts';

/** What a look at a member that comes back asks. */
export const etcdBackFacts = {
  pods: staticPods,
  unit: kubeletUnit,
  members: etcdMembers,
  health: etcdHealth,
  status: etcdStatus,
  alarms: etcdAlarms,
};

/** What is to be said of it. */
export const etcdBackExplained = {
  why: 'The next member is ended only when this one votes again: otherwise there is no quorum.',
  source: 'etcd.io, FAQ, "What is failure tolerance?"',
  type: ['etcdctl endpoint status --cluster', 'etcdctl endpoint health --cluster'],
};

/** Whether the member of a node runs what is wanted, and every member is well. */
export const etcdBack = (
  { pods: { etcd }, unit, ...sight }: EtcdSight & { readonly pods: StaticPods; readonly unit: KubeletUnit },
  wanted: string,
  isWanted: (version: Version) => boolean,
): Verdict => {
  if (etcd === undefined) return satisfied;
  const own = sight.members.find(({ clientUrls }) => clientUrls.includes(etcd.clientUrl));
  const version = own === undefined ? undefined : statusOf(own, sight)?.version;
  if (version === undefined || !isWanted(version)) {
    const stopped = unit.active ? '' : `; its kubelet, which is to start it, does not run (${unit.subState})`;
    return pending(`its etcd to be ${wanted} (it is ${version ?? 'away'})${stopped}`);
  }
  const [trouble] = memberTroubles(sight);
  return trouble === undefined ? satisfied : pending(trouble.text, 'look closer: nodeops etcd status');
};
