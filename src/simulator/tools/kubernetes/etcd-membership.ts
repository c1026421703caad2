import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { EtcdMember } from '../../world/world.ts';
import { answered, refusedHere } from './etcd-client.ts';

const hex = (id: string): string => BigInt(id).toString(16);

/**
 * Why etcd lets no voter go: those that would be left and are connected are too few. One that does not answer anyhow may
 * go. Source: etcd 3.6, server/etcdserver, `mayRemoveMember` with --strict-reconfig-check, its default.
 */
const keptFor = ({ host: { world } }: Call, member: EtcdMember): string | undefined => {
  const { etcd } = world;
  if (member.learner) return undefined;
  const voters = etcd.members.filter(({ learner }) => !learner);
  const connected = voters.filter(({ host }) => etcd.serving(host)).length;
  const needed = Math.floor((voters.length - 1) / 2) + 1;
  const own = etcd.serving(member.host) ? 1 : 0;
  if (connected - own < needed && own === 0)
    return 'etcdserver: re-configuration failed due to not enough started members';
  return connected - own < needed ? 'etcdserver: unhealthy cluster' : undefined;
};

/**
 * `member remove ID`. The member itself hears of it and ends; its kubelet starts it again and again, in vain. Source:
 * etcd 3.6, etcdctl/ctlv3/command/member_command.go; server, "the member has been permanently removed from the cluster".
 * Not recorded.
 */
export const removeMember = function* (call: Call, hexId: string): Task<number> {
  const { kernel, world } = call.host;
  const method = '/etcdserverpb.Cluster/MemberRemove';
  const fine: boolean = yield* answered(call, { method, failure: 'Error: ' });
  if (!fine) return 1;
  const member = world.etcd.members.find(({ id }) => hex(id) === hexId);
  const why = member === undefined ? 'etcdserver: member not found' : keptFor(call, member);
  if (member === undefined || why !== undefined) {
    refusedHere(call, method, `FailedPrecondition desc = ${why ?? ''}`);
    call.err(`Error: ${why ?? ''}\n`);
    return 1;
  }
  yield kernel.now + world.random.between(10, 120);
  const { clusterId } = world.etcd.runOf(call.host.name);
  world.etcd.remove(member);
  world.emit({ type: 'member-removed', host: member.host, actor: call.actor });
  world.hosts.get(member.host)?.services.components.signal('etcd', 'KILL', call.actor);
  call.out(`Member ${hexId.padStart(16, ' ')} removed from cluster ${hex(clusterId).padStart(16, ' ')}\n`);
  return 0;
};
