import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import type { EtcdMember } from '../../world/world.ts';
import { FileError } from '../../world/files.ts';
import { parseFlags, type FlagSpecs, type Parsed } from './flags.ts';
import { snapshotText } from './etcd-snapshot-file.ts';

const flags: FlagSpecs = {
  endpoints: { value: 'needed' },
  cacert: { value: 'needed' },
  cert: { value: 'needed' },
  key: { value: 'needed' },
  cluster: {},
  'write-out': { short: 'w', value: 'needed' },
  'command-timeout': { value: 'needed' },
};

/** etcdctl's own time-out of a request. Source: etcdctl, --command-timeout. */
const requestMs = 5000;

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

const seenBy = ({ host: { world } }: Call): readonly Seen[] =>
  world.etcd.members.toSorted(byId).map((member) => {
    const host = world.hosts.get(member.host);
    return { member, address: host?.address ?? '172.31.0.250', started: host !== undefined };
  });

const headerOf = (call: Call, withRevision: boolean): object => {
  const { etcd, objects } = call.host.world;
  const own = etcd.members.find(({ host }) => host === call.host.name);
  return {
    cluster_id: big(etcd.clusterId),
    member_id: big(own?.id ?? '0'),
    ...(withRevision ? { revision: objects.revision } : {}),
    raft_term: etcd.term,
  };
};

const etcdVersion = (call: Call, host: string): string =>
  (call.host.world.hosts.get(host)?.components.get('etcd')?.version ?? '').replace(/-.*$/, '');

const refusedLine = (call: Call, { address }: Seen, method: string): string => {
  const at = new Date(call.host.kernel.now).toISOString().replace('Z', '000Z');
  return `{"level":"warn","ts":"${at}","logger":"client","caller":"v3@v${etcdVersion(call, call.host.name)}/retry_interceptor.go:65","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0x1751cfc6f0e0/${address}:2379","method":"${method}","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: Error while dialing: dial tcp ${address}:2379: connect: connection refused\\""}\n`;
};

const alarmsOf = (call: Call): readonly EtcdMember[] =>
  call.host.world.etcd.members.filter(({ alarm }) => alarm !== undefined);

const took = (ms: number): string => `${ms}.482106ms`;

const health = function* (call: Call): Task<number> {
  const { kernel, world } = call.host;
  const { etcd, random } = world;
  const asked = seenBy(call).filter(({ started }) => started);
  const answers: object[] = [];
  let wait = random.between(5, 30);
  for (const seen of asked) {
    const endpoint = `https://${seen.address}:2379`;
    const alarms = alarmsOf(call).map(({ alarm }) => `${alarm ?? ''} `);
    if (!etcd.serving(seen.member.host) || !etcd.hasQuorum()) {
      wait = requestMs;
      answers.push({ endpoint, health: false, took: '5.00228658s', error: 'context deadline exceeded' });
      if (!etcd.serving(seen.member.host)) call.err(refusedLine(call, seen, '/etcdserverpb.KV/Range'));
    } else if (seen.member.learner) {
      wait = Math.max(wait, 2107);
      answers.push({
        endpoint,
        health: false,
        took: '2.107023197s',
        error: 'etcdserver: rpc not supported for learner',
      });
    } else if (alarms.length > 0)
      answers.push({
        endpoint,
        health: false,
        took: took(random.between(4, 20)),
        error: `Active Alarm(s): ${alarms.join('')}`,
      });
    else answers.push({ endpoint, health: true, took: took(random.between(4, 28)) });
  }
  yield kernel.now + wait;
  call.out(`${json(answers)}\n`);
  if (answers.every((answer) => 'health' in answer && answer.health === true)) return 0;
  call.err('Error: unhealthy cluster\n');
  return 1;
};

const statusOf = (call: Call, { member }: Seen): object => {
  const { etcd, objects } = call.host.world;
  const version = etcdVersion(call, member.host);
  const leader = etcd.members.find(({ host }) => host === etcd.leader);
  const index = objects.revision + 194 - member.lag;
  const alarms = alarmsOf(call).map(({ id, alarm }) => `memberID:${id} alarm:${alarm ?? ''} `);
  const size = 1_863_680 + (objects.revision >> 8) * 4096;
  const newer = !version.startsWith('3.5.');
  return {
    header: {
      cluster_id: big(etcd.clusterId),
      member_id: big(member.id),
      revision: objects.revision - member.lag,
      raft_term: etcd.term,
    },
    version,
    dbSize: size,
    leader: big(leader?.id ?? '0'),
    raftIndex: index,
    raftTerm: etcd.term,
    raftAppliedIndex: index,
    ...(alarms.length === 0 ? {} : { errors: alarms }),
    dbSizeInUse: size - 4096,
    ...(member.learner ? { isLearner: true } : {}),
    ...(newer ? { storageVersion: '3.6.0', dbSizeQuota: 2_147_483_648, downgradeInfo: {} } : {}),
  };
};

const status = function* (call: Call): Task<number> {
  const { kernel, world } = call.host;
  const asked = seenBy(call).filter(({ started }) => started);
  const away = asked.filter(({ member }) => !world.etcd.serving(member.host));
  yield kernel.now + (away.length > 0 ? requestMs : world.random.between(5, 30));
  const answers = asked
    .filter((seen) => !away.includes(seen))
    .map((seen) => ({ Endpoint: `https://${seen.address}:2379`, Status: statusOf(call, seen) }));
  for (const seen of away) {
    call.err(refusedLine(call, seen, '/etcdserverpb.Maintenance/Status'));
    call.err(`Failed to get the status of endpoint https://${seen.address}:2379 (context deadline exceeded)\n`);
  }
  call.out(`${json(answers)}\n`);
  return away.length > 0 ? 1 : 0;
};

const members = (call: Call): string =>
  json({
    header: headerOf(call, false),
    members: seenBy(call).map(({ member, address, started }) => ({
      ID: big(member.id),
      ...(started ? { name: member.host } : {}),
      peerURLs: [`https://${address}:2380`],
      ...(started ? { clientURLs: [`https://${address}:2379`] } : {}),
      ...(member.learner ? { isLearner: true } : {}),
    })),
  });

const alarms = (call: Call): string => {
  const raised = alarmsOf(call).map(({ id, alarm }) => ({ memberID: big(id), alarm: alarmNumber[alarm ?? 'NOSPACE'] }));
  return json({ header: headerOf(call, true), ...(raised.length === 0 ? {} : { alarms: raised }) });
};

/** A question that needs the cluster's consent. */
const agreed = function* (call: Call, answer: (call: Call) => string): Task<number> {
  const { kernel, world } = call.host;
  const fit = world.etcd.hasQuorum() && world.etcd.serving(call.host.name);
  yield kernel.now + (fit ? world.random.between(5, 20) : requestMs);
  if (!fit) {
    call.err('Error: context deadline exceeded\n');
    return 1;
  }
  call.out(`${answer(call)}\n`);
  return 0;
};

/** A line of zap's, as etcdctl logs to standard error. Recorded, 3.6.6. */
const logged = (call: Call, fields: Readonly<Record<string, string>>): void => {
  const ts = new Date(call.host.kernel.now).toISOString().replace('Z', '000Z');
  call.err(`${JSON.stringify({ level: 'info', ts, ...fields })}\n`);
};

const client = (call: Call, line: number, msg: string): void =>
  logged(call, {
    logger: 'client',
    caller: `v3@v${etcdVersion(call, call.host.name)}/maintenance.go:${line}`,
    msg,
  });

const saving = (call: Call, line: number, msg: string, fields: Readonly<Record<string, string>> = {}): void =>
  logged(call, { caller: `snapshot/v3_snapshot.go:${line}`, msg, ...fields });

const endpoint = 'https://127.0.0.1:2379';

/** Rc 5 on failure (kubeadm-facts 5). The temporary name stays where it is killed on the way. */
const save = function* (call: Call, path: string): Task<number> {
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

const run = (call: Call, parsed: Parsed): Task<number> => {
  const [first = '', second = '', third = ''] = parsed.words;
  const command = `${first} ${second}`;
  const whole = parsed.flags.get('cluster') === 'true';
  if (command === 'snapshot save' && third !== '') return save(call, third);
  if (parsed.flags.get('write-out') !== 'json') throw new SimulatorGap(`etcdctl ${command}: not as JSON`);
  if (command === 'endpoint health' && whole) return health(call);
  if (command === 'endpoint status' && whole) return status(call);
  if (command === 'member list') return agreed(call, members);
  if (command === 'alarm list') return agreed(call, alarms);
  throw new SimulatorGap(`etcdctl ${parsed.words.join(' ')}`);
};

/** etcdctl in the etcd pod of the call's host. Source: etcdctl's README; recorded on the lab, etcd 3.6.6 and 3.6.8. */
export const etcdctl: Tool = (call) => run(call, parseFlags('etcdctl', call.argv.slice(1), flags));
