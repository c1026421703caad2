import type { EtcdAlarm } from '../facts/etcd-alarms.ts';
import type { EtcdEndpointHealth } from '../facts/etcd-health.ts';
import type { EtcdMember } from '../facts/etcd-members.ts';
import type { EtcdEndpointStatus } from '../facts/etcd-status.ts';

export interface EtcdSight {
  readonly members: readonly EtcdMember[];
  readonly health: readonly EtcdEndpointHealth[];
  readonly status: readonly EtcdEndpointStatus[];
  readonly alarms: readonly EtcdAlarm[];
}

/** Raft entries that a member may lack and still count as caught up: etcd itself promotes learners within 90 %. */
const mayLag = 5000;

/** What is wrong with one member, or undefined: started, a voter, healthy, caught up, free of alarms. */
const memberTrouble = (member: EtcdMember, sight: EtcdSight): string | undefined => {
  if (!member.started) return `etcd member ${member.id} (${member.peerUrls.join(', ')}) has not started`;
  if (member.learner) return `etcd member ${member.name} is a learner`;
  const health = sight.health.find(({ endpoint }) => member.clientUrls.includes(endpoint));
  if (health?.healthy !== true) return `etcd member ${member.name} is not healthy: ${health?.error ?? 'no answer'}`;
  const status = sight.status.find(({ endpoint }) => member.clientUrls.includes(endpoint));
  if (status === undefined) return `etcd member ${member.name} does not tell its status`;
  const newest = Math.max(...sight.status.map(({ raftIndex }) => raftIndex));
  if (newest - status.raftAppliedIndex > mayLag)
    return `etcd member ${member.name} lags behind by ${newest - status.raftAppliedIndex} entries`;
  const alarm = sight.alarms.find(({ memberId }) => memberId === member.id);
  return alarm === undefined ? undefined : `etcd member ${member.name} has the alarm ${alarm.alarm}`;
};

/** What is wrong with the members of an etcd cluster, those of `exempt` left out. Empty: all is well. */
export const etcdTroubles = (sight: EtcdSight, exempt?: string): readonly string[] =>
  sight.members.filter(({ name }) => name !== exempt).flatMap((member) => memberTrouble(member, sight) ?? []);

/** How many voters must answer: ⌊N/2⌋ + 1. */
export const quorum = (voters: number): number => Math.floor(voters / 2) + 1;
