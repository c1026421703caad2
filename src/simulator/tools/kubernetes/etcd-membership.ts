import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { EtcdMember } from '../../world/world.ts';
import { answered, refusedHere } from './etcd-client.ts';

/** Members have to be connected for so long before the list is changed. Source: etcd, server/etcdserver, `HealthInterval`. */
const connectedMs = 5000;
/** What a learner may lack of the leader's log. Source: etcd, server/etcdserver, `readyPercentThreshold` 0.9. */
const mayLag = 1000;

const hex = (id: string): string => BigInt(id).toString(16).padStart(16, ' ');
const clusterOf = ({ host: { world, name } }: Call): string => hex(world.etcd.runOf(name).clusterId);

const memberOf = (call: Call, hexId: string): EtcdMember | undefined =>
  call.host.world.etcd.members.find(({ id }) => BigInt(id).toString(16) === hexId);

const isConnected = (call: Call, { host }: EtcdMember): boolean => {
  const { world, kernel } = call.host;
  const etcd = world.hosts.get(host)?.components.get('etcd');
  return world.etcd.serving(host) && (etcd?.since ?? 0) <= kernel.now - connectedMs;
};

const votersOf = ({ host: { world } }: Call): readonly EtcdMember[] =>
  world.etcd.members.filter(({ learner }) => !learner);

const refused = (call: Call, method: string, why: string, code = 'Unavailable'): number => {
  refusedHere(call, `/etcdserverpb.Cluster/${method}`, `${code} desc = etcdserver: ${why}`);
  call.err(`Error: etcdserver: ${why}\n`);
  return 1;
};

const asked = (call: Call, method: string): Task<boolean> =>
  answered(call, { method: `/etcdserverpb.Cluster/${method}`, failure: 'Error: ' });

/** A raft entry that every voter has to have: some round trips. */
const agreed = (call: Call): number => call.host.kernel.now + call.host.world.random.between(5, 120);

/** Why the list may not lose this voter. Source: etcd 3.6, `mayRemoveMember`. */
const unremovable = (call: Call, member: EtcdMember): string | undefined => {
  if (member.learner) return undefined;
  const voters = votersOf(call);
  const rest = voters.filter((each) => each !== member);
  const started = rest.filter((each) => each.started).length;
  if (started < Math.floor(rest.length / 2) + 1) return 're-configuration failed due to not enough started members';
  if (!call.host.world.etcd.serving(member.host)) return undefined;
  const active = voters.filter((each) => isConnected(call, each)).length;
  return active - 1 < 1 + Math.floor((voters.length - 1) / 2) ? 'unhealthy cluster' : undefined;
};

/** `member remove ID`. Source: etcd 3.6, etcdctl `MemberRemove`, etcdserver `RemoveMember`; the first line seen on the lab, 3.6.6. */
export const removeMember = function* (call: Call, hexId: string): Task<number> {
  const fine: boolean = yield* asked(call, 'MemberRemove');
  if (!fine) return 1;
  const { world } = call.host;
  const member = memberOf(call, hexId);
  if (member === undefined) return refused(call, 'MemberRemove', 'member not found', 'NotFound');
  const why = unremovable(call, member);
  if (why !== undefined) return refused(call, 'MemberRemove', why);
  yield agreed(call);
  const cluster = clusterOf(call);
  const { host, id, learner } = member;
  world.etcd.remove(id);
  world.emit({ type: 'member-removed', host, member: id, learner, actor: call.actor });
  call.out(`Member ${hex(id)} removed from cluster ${cluster}\n`);
  return 0;
};

interface Added {
  readonly name: string;
  readonly peerUrl: string;
  readonly learner: boolean;
}

const environment = (call: Call, { name, peerUrl }: Added): string => {
  const { members } = call.host.world.etcd;
  const all = members.map(({ host, started }) => {
    const url = `https://${call.host.world.hosts.get(host)?.address ?? ''}:2380`;
    return `${started ? host : name}=${url}`;
  });
  return `\nETCD_NAME="${name}"\nETCD_INITIAL_CLUSTER="${all.join(',')}"\nETCD_INITIAL_ADVERTISE_PEER_URLS="${peerUrl}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`;
};

/** Why the list may not get another one. Source: etcd 3.6, `mayAddMember`; api/membership, `ValidateConfigurationChange`; one learner at most. */
export const unaddable = (call: Call, host: string, learner: boolean): readonly [string, string?] | undefined => {
  const { etcd } = call.host.world;
  if (etcd.members.some((member) => member.host === host)) return ['Peer URLs already exists', 'FailedPrecondition'];
  if (learner && etcd.members.some((member) => member.learner))
    return ['too many learner members in cluster', 'FailedPrecondition'];
  return votersOf(call).every((voter) => isConnected(call, voter)) ? undefined : ['unhealthy cluster'];
};

/** `member add NAME --learner --peer-urls=URL`. Source: etcd 3.6, etcdctl `MemberAdd`, etcdserver `AddMember`. */
export const addMember = function* (call: Call, added: Added): Task<number> {
  const fine: boolean = yield* asked(call, 'MemberAdd');
  if (!fine) return 1;
  const { world } = call.host;
  const host = [...world.hosts.values()].find(({ address }) => added.peerUrl === `https://${address}:2380`)?.name;
  if (host === undefined) throw new SimulatorGap(`etcdctl member add at ${added.peerUrl}`);
  const why = unaddable(call, host, added.learner);
  if (why !== undefined) return refused(call, 'MemberAdd', ...why);
  yield agreed(call);
  const member = world.etcd.addLearner(host);
  if (!added.learner) member.learner = false;
  const { id, learner } = member;
  world.emit({ type: 'member-added', host, member: id, learner, actor: call.actor });
  call.out(`Member ${hex(id)} added${learner ? ' as learner ' : ' '}to cluster ${clusterOf(call)}\n`);
  call.out(environment(call, added));
  return 0;
};

/** Whether a learner may have its vote. Source: etcd 3.6, `isLearnerReady`. */
export const isCaughtUp = ({ host: { world } }: Call, { host, started, lag }: EtcdMember): boolean =>
  world.etcd.serving(host) && started && lag <= mayLag;

/** `member promote ID`. Source: etcd 3.6, etcdctl `MemberPromote`, etcdserver `PromoteMember`, `isLearnerReady`. */
export const promoteMember = function* (call: Call, hexId: string): Task<number> {
  const method = 'MemberPromote';
  const fine: boolean = yield* asked(call, method);
  if (!fine) return 1;
  const { world } = call.host;
  const member = memberOf(call, hexId);
  if (member === undefined) return refused(call, method, 'member not found', 'NotFound');
  if (!member.learner) return refused(call, method, 'can only promote a learner member', 'FailedPrecondition');
  if (!isCaughtUp(call, member))
    return refused(
      call,
      method,
      'can only promote a learner member which is in sync with leader',
      'FailedPrecondition',
    );
  yield agreed(call);
  member.learner = false;
  const { host, id } = member;
  world.emit({ type: 'member-promoted', host, member: id, learner: false, actor: call.actor });
  call.out(`Member ${hex(id)} promoted in cluster ${clusterOf(call)}\n`);
  return 0;
};
