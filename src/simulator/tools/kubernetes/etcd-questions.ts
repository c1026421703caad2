import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { EtcdMember } from '../../world/world.ts';
import { answered, endpoint, etcdVersion, ownMember, refusedElsewhere, refusedHere, requestMs } from './etcd-client.ts';

/** Far more than a simulation writes: what is beyond came from a restore that raised the revision, and takes no room. */
const raisedBy = 1_000_000;

const alarmNumber = { NOSPACE: 1, CORRUPT: 2 } as const;

interface Seen {
  readonly member: EtcdMember;
  readonly address: string;
  /** It has never run: it has neither name nor client URL. */
  readonly started: boolean;
}

/** JSON numbers beyond 2^53 are printed as they are. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll(/"#(\d+)"/g, '$1');
const big = (id: string): string => `#${id}`;

const byId = (a: EtcdMember, b: EtcdMember): number => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

/** One that began with nothing knows of itself alone. */
const seenBy = ({ host: { world, name } }: Call): readonly Seen[] =>
  world.etcd.members
    .toSorted(byId)
    .filter((member) => member.host === name || !world.etcd.runOf(name).empty)
    .map((member) => {
      const host = world.hosts.get(member.host);
      return { member, address: host?.address ?? '172.31.0.250', started: member.started && host !== undefined };
    });

const headerOf = (call: Call, withRevision: boolean): object => {
  const { etcd } = call.host.world;
  const { clusterId, memberId, revision } = etcd.runOf(call.host.name);
  return {
    cluster_id: big(clusterId),
    member_id: big(memberId),
    ...(withRevision ? { revision } : {}),
    raft_term: etcd.term,
  };
};

const raised = (call: Call): readonly EtcdMember[] =>
  call.host.world.etcd.members.filter(({ alarm }) => alarm !== undefined);

const took = (ms: number): string => `${ms}.482106ms`;

/** Asking about all members begins with asking for their list. */
const listFetched = (call: Call): Task<boolean> =>
  answered(call, {
    method: '/etcdserverpb.Cluster/MemberList',
    failure: 'Error: failed to fetch endpoints from etcd cluster member list: ',
  });

interface Health {
  readonly answer: object;
  readonly ms: number;
}

const healthOf = (call: Call, { member, address }: Seen): Health => {
  const { etcd, random } = call.host.world;
  const at = `https://${address}:2379`;
  const unhealthy = (ms: number, error: string): Health => ({
    ms,
    answer: { endpoint: at, health: false, took: ms === requestMs ? '5.00228658s' : took(ms), error },
  });
  if (!etcd.serving(member.host)) {
    refusedElsewhere(call, address, '/etcdserverpb.KV/Range');
    return unhealthy(requestMs, 'context deadline exceeded');
  }
  if (!etcd.answers(member.host)) return unhealthy(requestMs, 'context deadline exceeded');
  if (member.learner) return unhealthy(random.between(4, 40), 'etcdserver: rpc not supported for learner');
  const alarms = raised(call).map(({ alarm }) => `${alarm ?? ''} `);
  if (alarms.length > 0) return unhealthy(random.between(4, 20), `Active Alarm(s): ${alarms.join('')}`);
  const ms = random.between(4, 28);
  return { ms, answer: { endpoint: at, health: true, took: took(ms) } };
};

/** `endpoint health --cluster -w json`. */
export const health = function* (call: Call): Task<number> {
  const fetched: boolean = yield* listFetched(call);
  if (!fetched) return 1;
  const { kernel } = call.host;
  const all = seenBy(call).flatMap((seen) => (seen.started ? [healthOf(call, seen)] : []));
  yield kernel.now + Math.max(...all.map(({ ms }) => ms));
  call.out(`${json(all.map(({ answer }) => answer))}\n`);
  if (all.every(({ answer }) => 'health' in answer && answer.health === true)) return 0;
  call.err('Error: unhealthy cluster\n');
  return 1;
};

const statusOf = (call: Call, member: EtcdMember): object => {
  const { etcd } = call.host.world;
  const version = etcdVersion(call, member.host);
  const { live, empty, clusterId, memberId, revision } = etcd.runOf(member.host);
  const leads = live && !empty ? etcd.members.find(({ host }) => host === etcd.leader)?.id : undefined;
  const leader = empty ? memberId : leads;
  const index = (revision % raisedBy) + 194 - member.lag;
  const errors = [
    ...(live ? raised(call) : []).map(({ id, alarm }) => `memberID:${id} alarm:${alarm ?? ''} `),
    ...(leader === undefined ? ['etcdserver: no leader'] : []),
  ];
  const inUse = 1_859_584 + ((revision % raisedBy) >> 8) * 4096;
  const newer = !version.startsWith('3.5.');
  return {
    header: {
      cluster_id: big(clusterId),
      member_id: big(memberId),
      revision: revision - member.lag,
      raft_term: etcd.term,
    },
    version,
    dbSize: inUse + member.looseBytes,
    ...(leader === undefined ? {} : { leader: big(leader) }),
    raftIndex: index,
    raftTerm: etcd.term,
    raftAppliedIndex: index,
    ...(errors.length === 0 ? {} : { errors }),
    dbSizeInUse: inUse,
    ...(member.learner ? { isLearner: true } : {}),
    ...(newer ? { storageVersion: '3.6.0', dbSizeQuota: 2_147_483_648, downgradeInfo: {} } : {}),
  };
};

/** `endpoint status -w json`: also without quorum (recorded, 3.6.6, two of three members frozen). */
export const ownStatus = function* (call: Call, print: boolean): Task<number> {
  const request = {
    method: '/etcdserverpb.Maintenance/Status',
    failure: `Failed to get the status of endpoint ${endpoint} (`,
    alone: true,
  };
  const fine: boolean = yield* answered(call, request);
  const own = ownMember(call);
  if (!fine || own === undefined) {
    call.err(')\n');
    if (print) call.out('null\n');
    return 1;
  }
  if (print) call.out(`${json([{ Endpoint: endpoint, Status: statusOf(call, own) }])}\n`);
  else
    call.out(
      `${endpoint}, ${BigInt(call.host.world.etcd.runOf(own.host).memberId).toString(16)}, ${etcdVersion(call, own.host)}\n`,
    );
  return 0;
};

/** `endpoint status --cluster -w json`. */
export const status = function* (call: Call): Task<number> {
  const fetched: boolean = yield* listFetched(call);
  if (!fetched) return 1;
  const { kernel, world } = call.host;
  const asked = seenBy(call).filter(({ started }) => started);
  const away = asked.filter(({ member }) => !world.etcd.serving(member.host));
  yield kernel.now + (away.length > 0 ? requestMs : world.random.between(5, 30));
  const answers = asked
    .filter((seen) => !away.includes(seen))
    .map(({ address, member }) => ({ Endpoint: `https://${address}:2379`, Status: statusOf(call, member) }));
  for (const { address } of away) {
    refusedElsewhere(call, address, '/etcdserverpb.Maintenance/Status');
    call.err(`Failed to get the status of endpoint https://${address}:2379 (context deadline exceeded)\n`);
  }
  call.out(`${json(answers)}\n`);
  return away.length > 0 ? 1 : 0;
};

/** `member list -w json`. */
export const members = function* (call: Call): Task<number> {
  const fine: boolean = yield* answered(call, { method: '/etcdserverpb.Cluster/MemberList', failure: 'Error: ' });
  if (!fine) return 1;
  const list = seenBy(call).map(({ member, address, started }) => ({
    ID: big(member.id),
    ...(started ? { name: member.host } : {}),
    peerURLs: [`https://${address}:2380`],
    ...(started ? { clientURLs: [`https://${address}:2379`] } : {}),
    ...(member.learner ? { isLearner: true } : {}),
  }));
  call.out(`${json({ header: headerOf(call, false), members: list })}\n`);
  return 0;
};

/** `alarm list -w json`. */
export const alarms = function* (call: Call): Task<number> {
  const fine: boolean = yield* answered(call, { method: '/etcdserverpb.Maintenance/Alarm', failure: 'Error: ' });
  if (!fine) return 1;
  const list = raised(call).map(({ id, alarm }) => ({ memberID: big(id), alarm: alarmNumber[alarm ?? 'NOSPACE'] }));
  call.out(`${json({ header: headerOf(call, true), ...(list.length === 0 ? {} : { alarms: list }) })}\n`);
  return 0;
};

/** `get / --rev=R`: a key that nobody has, as it was then. A revision that was compacted can still be read itself. */
export const readAt = function* (call: Call, revision: number): Task<number> {
  const method = '/etcdserverpb.KV/Range';
  const fine: boolean = yield* answered(call, { method, failure: 'Error: ' });
  if (!fine) return 1;
  if (revision >= call.host.world.etcd.compacted) return 0;
  const why = 'etcdserver: mvcc: required revision has been compacted';
  refusedHere(call, method, `OutOfRange desc = ${why}`);
  call.err(`Error: ${why}\n`);
  return 1;
};
