import type { Task } from '../../kernel.ts';
import type { EtcdMember } from '../../world/world.ts';
import { isCaughtUp, unaddable } from './etcd-membership.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** Source: kubeadm's timeouts, etcdAPICall, and its EtcdAPICallRetryInterval. */
const callMs = 120_000;
const againMs = 500;
/** A request that nobody answers. Source: kubeadm, util/etcd, `etcdTimeout`. */
const requestMs = 2000;
/** `This can take up to 40s`: eight looks. Recorded, 1.35.4. */
const availableMs = 5000;
const looks = 8;

const votersOf = ({ world }: KubeadmRun): readonly EtcdMember[] =>
  world.etcd.members.filter(({ learner, started }) => !learner && started);

/** Whether somebody of them answers what all have to agree on. */
const agrees = (run: KubeadmRun): boolean => votersOf(run).some(({ host }) => run.world.etcd.answers(host));

const addressOf = ({ world }: KubeadmRun, host: string): string => world.hosts.get(host)?.address ?? '';

/** A client of all members: it asks the API who they are, and them. Source: kubeadm, util/etcd, `NewFromCluster`, `Sync`. */
const connect = function* (run: KubeadmRun): Task<void> {
  yield* run.api('could not retrieve the list of etcd endpoints');
  const until = run.host.kernel.now + callMs;
  while (!agrees(run)) {
    if (run.host.kernel.now >= until)
      throw new KubeadmError('error syncing endpoints with etcd: context deadline exceeded');
    yield run.host.kernel.now + requestMs + againMs;
  }
};

/** The phase check-etcd: every voter has to answer within two minutes. Source: kubeadm, util/etcd, `CheckClusterHealth`. */
export const checkEtcd = function* (run: KubeadmRun): Task<void> {
  run.say('[check-etcd] Checking that the etcd cluster is healthy');
  yield* connect(run);
  const until = run.host.kernel.now + callMs;
  for (;;) {
    const silent = votersOf(run).find(({ host }) => !run.world.etcd.serving(host));
    if (silent === undefined) return;
    if (run.host.kernel.now >= until)
      throw new KubeadmError(
        `etcd cluster is not healthy: failed to dial endpoint https://${addressOf(run, silent.host)}:2379 with maintenance client: context deadline exceeded`,
      );
    yield run.host.kernel.now + requestMs + againMs;
  }
};

const ownMember = ({ host, world }: KubeadmRun): EtcdMember | undefined =>
  world.etcd.members.find((member) => member.host === host.name);

const failed = (why: string): KubeadmError =>
  new KubeadmError(`error creating local etcd static pod manifest file: ${why}`);

/** A member of this address that is there already is taken as it is. Source: kubeadm, util/etcd, `addMember`. */
const announce = function* (run: KubeadmRun): Task<void> {
  const { kernel, name } = run.host;
  const { world } = run;
  const until = kernel.now + callMs;
  for (;;) {
    if (agrees(run) && ownMember(run) !== undefined) return;
    const [why] = agrees(run) ? (unaddable(run.call, name, true) ?? [undefined]) : ['context deadline exceeded'];
    if (why === undefined) break;
    if (kernel.now >= until) throw failed(why.startsWith('context') ? why : `etcdserver: ${why}`);
    yield kernel.now + (why.startsWith('context') ? requestMs : 0) + againMs;
  }
  const { id, learner } = world.etcd.addLearner(name);
  world.emit({ type: 'member-added', host: name, member: id, learner, actor: run.call.actor });
  yield* run.work(5, 60);
};

/** As etcd's client in kubeadm tells of a refusal. Recorded, 1.35.4. */
const tellRefusal = (run: KubeadmRun, why: string): void =>
  run.call.err(
    `${JSON.stringify({
      level: 'warn',
      ts: new Date(run.host.kernel.now).toISOString().replace('Z', '000Z'),
      logger: 'etcd-client',
      caller: 'v3@v3.6.5/retry_interceptor.go:65',
      msg: 'retrying of unary invoker failed',
      target: `etcd-endpoints://0x3a3e92b6f680/${addressOf(run, votersOf(run)[0]?.host ?? '')}:2379`,
      method: '/etcdserverpb.Cluster/MemberPromote',
      attempt: 0,
      error: `rpc error: code = FailedPrecondition desc = etcdserver: ${why}`,
    })}\n`,
  );

/** Why the new member does not get its vote now; one that has it is refused as well, for ever (recorded, 1.35.4). */
const unpromotable = (run: KubeadmRun, member: EtcdMember): string | undefined => {
  if (!agrees(run)) return 'context deadline exceeded';
  if (!member.learner) return 'etcdserver: can only promote a learner member';
  return isCaughtUp(run.call, member)
    ? undefined
    : 'etcdserver: can only promote a learner member which is in sync with leader';
};

const promote = function* (run: KubeadmRun, member: EtcdMember): Task<void> {
  const { kernel, name } = run.host;
  const until = kernel.now + callMs;
  for (;;) {
    if (ownMember(run) !== member) throw failed('etcdserver: member not found');
    const why = unpromotable(run, member);
    if (why === undefined) break;
    if (why.startsWith('etcdserver: ')) tellRefusal(run, why.slice('etcdserver: '.length));
    if (kernel.now >= until) throw failed(why);
    yield kernel.now + againMs + (why.startsWith('etcdserver: ') ? 5 : requestMs);
  }
  member.learner = false;
  run.world.emit({ type: 'member-promoted', host: name, member: member.id, learner: false, actor: run.call.actor });
  yield* run.work(5, 60);
};

const available = function* (run: KubeadmRun): Task<void> {
  run.say('[etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s');
  for (let look = 1; look <= looks; look += 1) {
    yield* run.work(10, 60);
    if (votersOf(run).every(({ host }) => run.world.etcd.answers(host))) return;
    yield run.host.kernel.now + availableMs;
  }
  throw failed('timeout waiting for etcd cluster to be available');
};

/** The members as a manifest names them. */
export type Members = readonly { readonly name: string; readonly address: string }[];

const listed = (run: KubeadmRun): Members =>
  run.world.etcd.members
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map(({ host }) => ({ name: host, address: addressOf(run, host) }));

/**
 * The phase etcd-join: a learner is added, its manifest written, and it gets its vote once it has caught up; each tried for
 * two minutes. Recorded, 1.35.4: also over a learner, and over a member that votes, which fails.
 */
export const joinEtcd = function* (run: KubeadmRun, writeManifest: (members: Members) => void): Task<void> {
  yield* connect(run);
  yield* announce(run);
  run.say('[etcd] Announced new etcd member joining to the existing etcd cluster');
  writeManifest(listed(run));
  yield* run.work(20, 100);
  const member = ownMember(run);
  if (member === undefined) throw failed('etcdserver: member not found');
  yield* promote(run, member);
  yield* available(run);
};
