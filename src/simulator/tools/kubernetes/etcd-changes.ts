import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';
import { answered, endpoint, etcdVersion, logged, ownMember, refusedHere } from './etcd-client.ts';
import { snapshotText } from './etcd-snapshot-file.ts';

const client = (call: Call, line: number, msg: string): void =>
  logged(call, {
    logger: 'client',
    caller: `v3@v${etcdVersion(call, call.host.name)}/maintenance.go:${line}`,
    msg,
  });

const saving = (call: Call, line: number, msg: string, fields: Readonly<Record<string, string>> = {}): void =>
  logged(call, { caller: `snapshot/v3_snapshot.go:${line}`, msg, ...fields });

/** `snapshot save PATH`: rc 5 on failure (kubeadm-facts 5). The temporary name stays where it is killed on the way. */
export const save = function* (call: Call, path: string): Task<number> {
  const { kernel, world, files, name } = call.host;
  yield kernel.now + world.random.between(100, 300);
  if (!world.etcd.serving(name)) {
    call.err('Error: rpc error: code = Unavailable desc = connection error\n');
    return 5;
  }
  const text = snapshotText(call.host, etcdVersion(call, name));
  try {
    files.write(`${path}.part`, text.slice(0, 100), call.actor, { mode: 0o600 });
    saving(call, 83, 'created temporary db file', { path: `${path}.part` });
    client(call, 236, 'opened snapshot stream; downloading');
    saving(call, 96, 'fetching snapshot', { endpoint });
    yield kernel.now + world.random.between(300, 2000);
    files.write(`${path}.part`, text, call.actor, { mode: 0o600 });
    client(call, 302, 'completed snapshot read; closing');
    saving(call, 111, 'fetched snapshot', { endpoint, size: '2.4 MB', took: '1s', 'etcd-version': '3.6.0' });
    files.move(`${path}.part`, path, call.actor);
    world.etcd.keep(name, text);
    saving(call, 121, 'saved', { path });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const why = error.code === 'ENOSPC' ? 'no space left on device' : 'no such file or directory';
    call.err(`Error: could not open ${path}.part (open ${path}.part: ${why})\n`);
    return 5;
  }
  world.emit({ type: 'snapshot-saved', host: name, path, actor: call.actor });
  call.out(`Snapshot saved at ${path}\nServer version 3.6.0\n`);
  return 0;
};

/** `defrag`, of the own member. Recorded, 3.6.6. */
export const defragment = function* (call: Call): Task<number> {
  const { kernel, world } = call.host;
  const request = {
    method: '/etcdserverpb.Maintenance/Defragment',
    failure: `Failed to defragment etcd member[${endpoint}]. took 5.001449652s. (`,
    alone: true,
  };
  const fine: boolean = yield* answered(call, request);
  const own = ownMember(call);
  if (!fine || own === undefined) {
    call.err(')\n');
    return 1;
  }
  const ms = world.random.between(30, 4000);
  yield kernel.now + ms;
  own.looseBytes = 0;
  call.out(`Finished defragmenting etcd member[${endpoint}]. took ${ms}.321953ms\n`);
  return 0;
};

/** `compaction REVISION --physical`. Recorded, 3.6.6. */
export const compact = function* (call: Call, revision: number): Task<number> {
  const { world } = call.host;
  const method = '/etcdserverpb.KV/Compact';
  const fine: boolean = yield* answered(call, { method, failure: 'Error: ' });
  if (!fine) return 1;
  const why =
    revision <= world.etcd.compacted
      ? 'required revision has been compacted'
      : revision > world.objects.revision
        ? 'required revision is a future revision'
        : undefined;
  if (why !== undefined) {
    refusedHere(call, method, `OutOfRange desc = etcdserver: mvcc: ${why}`);
    call.err(`Error: etcdserver: mvcc: ${why}\n`);
    return 1;
  }
  world.etcd.compacted = revision;
  call.out(`compacted revision ${revision}\n`);
  return 0;
};

/** `alarm disarm`: all of them. Recorded, 3.6.6. */
export const disarm = function* (call: Call): Task<number> {
  const fine: boolean = yield* answered(call, { method: '/etcdserverpb.Maintenance/Alarm', failure: 'Error: ' });
  if (!fine) return 1;
  for (const member of call.host.world.etcd.members) {
    if (member.alarm === undefined) continue;
    call.out(`memberID:${member.id} alarm:${member.alarm} \n`);
    member.alarm = undefined;
  }
  return 0;
};

/** `move-leader ID`, of the member that leads. Recorded, 3.6.6: rc 128 where it does not, rc 1 for an heir that cannot. */
export const moveLeader = function* (call: Call, hexId: string): Task<number> {
  const { kernel, world, name } = call.host;
  const method = '/etcdserverpb.Maintenance/MoveLeader';
  const asked: boolean = yield* answered(call, { method: '/etcdserverpb.Maintenance/Status', failure: 'Error: ' });
  if (!asked) return 1;
  if (world.etcd.leader !== name) {
    call.err(`Error: no leader endpoint given at [${endpoint}]\n`);
    return 128;
  }
  const heir = world.etcd.members.find(({ id }) => BigInt(id).toString(16) === hexId);
  if (heir === undefined || heir.learner) {
    refusedHere(call, method, 'FailedPrecondition desc = etcdserver: bad leader transferee');
    call.err('Error: etcdserver: bad leader transferee\n');
    return 1;
  }
  // Source: etcd, server/etcdserver: an heir that does not answer, or lags, lets the transfer run into its time-out.
  if (!world.etcd.serving(heir.host) || heir.lag > 0) {
    yield kernel.now + 5000;
    call.err('Error: etcdserver: request timed out, leader transfer took too long\n');
    return 1;
  }
  yield kernel.now + world.random.between(5, 200);
  world.etcd.handOver(name, heir.host);
  if (heir.host !== name)
    world.emit({ type: 'leader-moved', from: name, to: heir.host, how: 'handed-over', actor: call.actor });
  call.out(`Leadership transferred from ${BigInt(ownMember(call)?.id ?? '0').toString(16)} to ${hexId}\n`);
  return 0;
};
