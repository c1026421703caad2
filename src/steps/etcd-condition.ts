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

export interface MemberTrouble {
  readonly member: EtcdMember;
  /** What passes by itself or not: a member that is away may come back, one that learns needs somebody's word. */
  readonly kind: 'not-started' | 'learner' | 'foreign' | 'unhealthy' | 'lagging' | 'alarm';
  readonly text: string;
}

/** Raft entries that a member may lack and still count as caught up: etcd itself promotes learners within 90 %. */
const mayLag = 5000;

/** What a member is called: by its name, or where it has none yet, by its ID and address. */
export const memberName = ({ name, id, peerUrls }: EtcdMember): string =>
  name === '' ? `${id} (${peerUrls.join(', ')})` : name;

/** The same of one that is only known by its ID. */
export const nameOfMember = (id: string, members: readonly EtcdMember[]): string => {
  const member = members.find((each) => each.id === id);
  return member === undefined ? id : memberName(member);
};

export const statusOf = (
  { clientUrls }: EtcdMember,
  { status }: Pick<EtcdSight, 'status'>,
): EtcdEndpointStatus | undefined => status.find(({ endpoint }) => clientUrls.includes(endpoint));

/** The ID of the cluster: that which most of the members that answer name. */
export const clusterOf = (status: EtcdSight['status']): string | undefined => {
  const counts = Map.groupBy(status, ({ clusterId }) => clusterId);
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
};

/** While one member has an alarm, every one of them calls itself unhealthy (lab, 3.6.6). */
export const alarmed = (health: EtcdEndpointHealth | undefined): boolean =>
  health?.error?.startsWith('Active Alarm(s)') === true;

/** How far a member is behind the one that is furthest. */
const lagOf = ({ raftAppliedIndex }: EtcdEndpointStatus, { status }: EtcdSight): number =>
  Math.max(...status.map(({ raftIndex }) => raftIndex)) - raftAppliedIndex;

/** Started without its data, a member may found a cluster of its own at the same address, and call itself healthy. */
const foreignTrouble = (member: EtcdMember, sight: EtcdSight): MemberTrouble | undefined => {
  const own = statusOf(member, sight);
  if (own === undefined || (own.memberId === member.id && own.clusterId === clusterOf(sight.status))) return undefined;
  const text = `etcd member ${memberName(member)} answers as another cluster: it was started without its data, and founded one of its own`;
  return { member, kind: 'foreign', text };
};

/** A member without a vote is that first, whatever it answers; any other that is foreign is nothing else. */
const firstOf = (trouble: MemberTrouble | undefined, foreign: MemberTrouble | undefined): MemberTrouble | undefined =>
  trouble?.kind === 'learner' || trouble?.kind === 'not-started' ? trouble : (foreign ?? trouble);

/** What is wrong with one member, or undefined: started, a voter, healthy, caught up, free of alarms. */
const troubleOf = (member: EtcdMember, sight: EtcdSight): MemberTrouble | undefined => {
  const trouble = (kind: MemberTrouble['kind'], what: string): MemberTrouble => ({
    member,
    kind,
    text: `etcd member ${memberName(member)} ${what}`,
  });
  if (!member.started) return trouble('not-started', 'has not started');
  if (member.learner) return trouble('learner', 'is a learner');
  const health = sight.health.find(({ endpoint }) => member.clientUrls.includes(endpoint));
  if (health?.healthy !== true)
    return trouble(alarmed(health) ? 'alarm' : 'unhealthy', `is not healthy: ${health?.error ?? 'no answer'}`);
  const status = statusOf(member, sight);
  if (status === undefined) return trouble('unhealthy', 'does not tell its status');
  const lag = lagOf(status, sight);
  if (lag > mayLag) return trouble('lagging', `lags behind by ${lag} entries`);
  const alarm = sight.alarms.find(({ memberId }) => memberId === member.id);
  return alarm === undefined ? undefined : trouble('alarm', `has the alarm ${alarm.alarm}`);
};

/** What is wrong with the members of an etcd cluster, those of some names left out. Empty: all is well. */
export const memberTroubles = (sight: EtcdSight, exempt: readonly string[] = []): readonly MemberTrouble[] =>
  sight.members
    .filter(({ name }) => !exempt.includes(name))
    .flatMap((member) => firstOf(troubleOf(member, sight), foreignTrouble(member, sight)) ?? []);

/** The same in words. */
export const etcdTroubles = (sight: EtcdSight, exempt?: string): readonly string[] =>
  memberTroubles(sight, exempt === undefined ? [] : [exempt]).map(({ text }) => text);

/** How many voters must answer: ⌊N/2⌋ + 1. */
export const quorum = (voters: number): number => Math.floor(voters / 2) + 1;
