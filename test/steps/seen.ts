import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { ClusterSubject, NodeSubject } from '../../src/model/subject.ts';
import { allNodes, configOf, filesOf, wishOf, withLine } from './kubelet-values.ts';
import { newHostSeen, ofControlPlane } from './new-host-values.ts';
import { bareHostSeen } from './recovery-values.ts';
import {
  configurationOf,
  daemonOf,
  daemonThere,
  migrationOf,
  newDeb,
  offers as runtimeOffersSeen,
} from './runtime-values.ts';
import { members, restore, untouched, etcdHereAt } from './restore-values.ts';
import {
  initialCluster,
  learner,
  lostThere,
  newHere,
  newStatus,
  onLost,
  replacement,
  stages,
  startedLearner,
  voter,
} from './replacing-values.ts';
import { repository } from './seen-repositories.ts';
import { keptEtcdOf } from './etcd-steps.ts';
import {
  coreDns,
  health as memberHealth,
  kubeadmConfigOf,
  kubeProxy,
  member,
  nodeObject,
  noStaticPods,
  offersOf,
  old,
  onCluster,
  onControlPlane,
  onWorker,
  pod,
  staticPodsOf,
  status as memberStatus,
  target,
  workload,
} from './values.ts';

/** A situation in which a step may find itself. */
export interface Situation {
  readonly wish: Readonly<Record<string, unknown>>;
  readonly on: NodeSubject | ClusterSubject;
  readonly seen: Readonly<Record<string, unknown>>;
}

const versions = fc.constantFrom('1.34.9', old, '1.36.0', target, '1.36.4');
const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** An object without the keys whose value is undefined: a fact has them or has not. */
const whole = <T extends object>(value: T): Partial<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it only lacks keys
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;

const etcdMembersSeen = [0, 1, 2].map((index) => member(index));
const keptOutSeen = fc.constantFrom({}, { 'paris-w1': 'r0' }, { 'paris-w1': 'r0', 'paris-w2': 'r1' });
const smokeNamespaceSeen = fc.constantFrom(
  { there: false },
  { there: true, ours: true, terminating: false, remaining: [] },
  { there: true, ours: true, terminating: true, remaining: ['pods. has 1 resource instances'] },
  { there: true, ours: false, terminating: false, remaining: [] },
);
const certificateUsersSeen = fc
  .tuple(fc.constantFrom(1000, 3000), fc.constantFrom(1000, 3000))
  .map(([etcd, scheduler]) => [
    { name: 'etcd', pid: 807, startedAt: 2000, newestAt: etcd },
    { name: 'kube-apiserver', pid: 814, startedAt: 2000, newestAt: 1000 },
    { name: 'kube-controller-manager', pid: 695, startedAt: 2000, newestAt: 2000 },
    { name: 'kube-scheduler', pid: 788, startedAt: 2000, newestAt: scheduler },
  ]);
/** Small and large databases, with little and with much that is loose. */
const etcdStatusSeen = fc
  .tuple(fc.constantFrom(4_000_000, 1_900_000_000, 2_147_483_648), fc.constantFrom(0, 0.001, 0.5), fc.boolean())
  .map(([dbSizeBytes, loose, all]) =>
    [0, 1, 2]
      .map((index) => memberStatus(index, index === 0 ? { dbSizeBytes, dbInUseBytes: dbSizeBytes * (1 - loose) } : {}))
      .slice(0, all ? 3 : 2),
  );
const etcdAlarmsSeen = fc.subarray([
  { memberId: '1000', alarm: 'NOSPACE' },
  { memberId: '1001', alarm: 'NOSPACE' },
]);

/** A containerd at any point of its way to another version. */
const runtimeSeen = fc
  .tuple(
    fc.constantFrom(daemonOf(), daemonThere(), daemonThere({ running: '1.6.20~ds1' }), daemonOf({ active: false })),
    fc.constantFrom('ii', 'hi', 'iU'),
    maybe(fc.constant('1.6.20~ds1')),
    fc.constantFrom([], ['containerd'], ['containerd', 'runc']),
    fc.constantFrom(1000, 2050, 2500),
    fc.constantFrom(2000, 2200),
  )
  .map(([daemon, status, kept, held, writtenAt, startedAt]) => ({
    ...daemon,
    ...(daemon.package === undefined ? {} : { package: { ...daemon.package, status } }),
    ...(kept === undefined ? {} : { kept }),
    held,
    writtenAt,
    startedAt,
  }));
const runtimeWish = fc.constantFrom('2', '2.1', '2.1.5', '1.7', '1').map((runtime) => ({ runtime, lockSeconds: 300 }));

const kubeletTexts = fc.constantFrom(
  allNodes,
  withLine('maxPods: 110', 'maxPods: 150'),
  withLine('maxPods: 110', ''),
  withLine('  nodefs.available: 0%', '  nodefs.available: 0%\n  memory.available: 200Mi'),
);
const kubeletWish = fc
  .constantFrom({ maxPods: 150 }, { maxPods: null }, { evictionHard: { 'memory.available': '200Mi' } })
  .map(wishOf);
const kubeletConfigSeen = kubeletTexts.map(configOf);
const kubeletFilesSeen = fc
  .tuple(
    kubeletTexts,
    fc.constantFrom(1000, 2000, 3000),
    maybe(fc.constant(2000)),
    maybe(kubeletTexts),
    fc.constantFrom({}, { maxPods: 200 }, { evictionHard: { 'memory.available': '1Gi' } }),
    fc.constantFrom([], ['maxPods']),
  )
  .map(([text, writtenAt, startedAt, kept, own, untold]) => {
    const { startedAt: _always, ...files } = filesOf(text, { writtenAt, own, untold });
    return { ...files, ...(kept === undefined ? {} : { kept }), ...(startedAt === undefined ? {} : { startedAt }) };
  });

const point = fc
  .tuple(
    fc.constantFrom('r0', 'r1'),
    versions,
    versions,
    fc.subarray([
      '/etc/kubernetes/manifests/kube-apiserver.yaml',
      '/etc/kubernetes/manifests/etcd.yaml',
      '/var/lib/kubelet/config.yaml',
      '/etc/default/kubelet',
    ]),
    fc.constantFrom(
      {},
      { coredns: 'registry.k8s.io/coredns/coredns:v1.13.1', 'kube-proxy': `registry.k8s.io/kube-proxy:v${old}` },
    ),
    fc.boolean(),
  )
  .map(([run, from, to, differing, images, kept]) => ({
    path: `/var/lib/nodeops-restore/${run}_${to}`,
    run,
    from,
    to,
    packages: {},
    debs: kept
      ? Object.fromEntries(
          ['kubeadm', 'kubelet', 'kubectl'].map((name) => [
            name,
            { version: `${from}-1.1`, file: `${name}_${from}-1.1_amd64.deb` },
          ]),
        )
      : {},
    images,
    differing,
  }));
const recoveryHostSeen = fc
  .tuple(
    fc.constantFrom(restore, '1-2026-11-20-000000-0000'),
    fc.subarray(['host', 'authorities', 'initialised', 'joined', 'done'] as const),
    fc.subarray([`${restore}/join-paris-w1.yaml`, '1-2026-11-20-000000-0000/join-paris-w1.yaml']),
  )
  .map(([name, marks, joins]) => bareHostSeen({ marks: { [name]: marks }, joins }));
const newHosts = fc
  .record({
    cluster: fc.constantFrom('paris', 'oslo'),
    marks: fc.subarray(['host', 'kernel', 'initialised', 'joined', 'forgotten'] as const),
    joins: fc.subarray(['paris/join-paris-w1.yaml', 'oslo/join-oslo-w1.yaml']),
    remains: fc.subarray(ofControlPlane),
    forwards: fc.boolean(),
    runtime: fc.boolean(),
    swap: fc.subarray(['/dev/dm-1']),
    fstabSwap: fc.subarray(['/dev/sda2']),
    driver: fc.constantFrom(undefined, 'systemd' as const, 'cgroupfs' as const),
  })
  .map(({ cluster, marks, driver, ...host }) => {
    const { driver: _driver, ...bare } = newHostSeen({ ...host, marks: { [cluster]: marks } });
    return driver === undefined ? bare : { ...bare, driver };
  });
const points = fc.array(point, { maxLength: 3 });
const ownApi = fc.boolean().map((ready) => ({ ready, detail: ready ? 'ok' : 'refused' }));

const nodeSubject = fc.constantFrom(onControlPlane(), onControlPlane('paris-cp2'), onWorker());

const staticPods = fc
  .tuple(versions, maybe(fc.constantFrom('kube-apiserver', 'kube-controller-manager', 'kube-scheduler')), versions)
  .map(([version, odd, other]) => {
    const pods = staticPodsOf(version);
    // One component that is not as far as the others: a kill in the middle.
    const late = odd === undefined ? {} : { [odd]: { image: `registry.k8s.io/${odd}:v${other}`, version: other } };
    return { ...pods, components: { ...pods.components, ...late } };
  });
/** A manifest was taken away by hand. */
const tornPods = fc
  .tuple(staticPods, fc.constantFrom('kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'))
  .map(([pods, gone]) => ({
    ...pods,
    components: Object.fromEntries(Object.entries(pods.components).filter(([name]) => name !== gone)),
  }));
const anyPods = fc.oneof({ weight: 5, arbitrary: staticPods }, tornPods, fc.constant(noStaticPods));

const config = versions.map(kubeadmConfigOf);

const stuckPodsSeen = [
  { namespace: 'shop', name: 'db-0', uid: 'p1', node: 'w9', owner: 'StatefulSet', finalizers: [], due: 1000 },
  { namespace: 'shop', name: 'web', uid: 'p2', node: 'paris-w1', finalizers: ['example.com/a'], due: 1000 },
  { namespace: 'blog', name: 'web', uid: 'p3', finalizers: [], due: 1000 },
];
const hookStandings = maybe(
  fc
    .record({
      format: fc.constant(1),
      when: fc.constantFrom('before', 'after'),
      run: fc.constantFrom('r0', 'r1'),
      ok: maybe(fc.boolean()),
      trouble: fc.constantFrom('', 'rc 3: refused'),
      from: maybe(fc.constant(old)),
    })
    .map(whole),
);
const hookWishes = (of: 'node' | 'cluster') =>
  fc.record({
    run: fc.constant('r1'),
    controlPlaneNames: fc.constant(['paris-cp1']),
    hook: fc.record({
      name: fc.constantFrom('balancer', 'silence'),
      argv: fc.constantFrom(['true'], ['sh', '-ec', 'drain\nwait']),
      place: fc.constantFrom(
        { kind: 'operator', directory: '/fleet' },
        { kind: 'control-plane' },
        { kind: 'node', node: of === 'node' ? 'paris-w1' : 'paris-cp1' },
      ),
      timeoutMs: fc.constant(60_000),
      playbook: fc.constant('upgrade'),
    }),
  });

const record = fc
  .record({
    run: fc.constantFrom('r1', 'r0'),
    step: fc.constantFrom('apply-upgrade', 'upgrade-node', 'plan-upgrade', 'install-packages'),
    attempt: fc.integer({ min: 1, max: 3 }),
    exit: maybe(fc.constantFrom(0, 1, 143)),
    version: maybe(fc.constantFrom(target, old)),
    startedAt: maybe(fc.constantFrom(1000, 2000)),
    line: maybe(
      fc.constantFrom(
        'kubeadm upgrade apply v1.36.3 --yes',
        'kubeadm upgrade apply v1.35.4 --yes',
        'kubeadm upgrade plan v1.36.3',
        'kubeadm upgrade node',
        'sh -c set -eu',
      ),
    ),
  })
  .map(({ step, attempt, startedAt, ...rest }) =>
    whole({
      ...rest,
      unit: `${step}-abcdef01-${attempt}-1`,
      startedAt,
      finishedAt: rest.exit === undefined || startedAt === undefined ? undefined : startedAt + 500,
    }),
  );
const records = fc.array(record, { maxLength: 4 });

const kubeadmAt = maybe(fc.constantFrom(500, 1500, 3000));

const workloads = fc
  .tuple(versions, fc.boolean(), fc.boolean())
  .map(([version, moving, without]) => [
    ...(without ? [] : [kubeProxy(version, moving ? { updated: 1 } : {})]),
    coreDns(moving ? {} : { ready: 2 }),
    workload('DaemonSet', 'kindnet', 'docker.io/kindest/kindnetd:v20250512'),
  ]);

const kubeletVersions = fc.record({ installed: maybe(versions), running: maybe(versions) }).map(whole);

const archivesSeen = fc.constantFrom(
  {},
  { kubeadm: { '1.36.3-1.1': 'kubeadm_1.36.3-1.1_amd64.deb' } },
  {
    kubeadm: { '1.35.4-1.1': 'kubeadm_1.35.4-1.1_amd64.deb' },
    kubelet: { '1.36.3-1.1': 'kubelet_1.36.3-1.1_amd64.deb' },
  },
);

const [ownServer, lentServer] = ['https://172.31.0.11:6443', 'https://172.31.0.12:6443'];
const kubeletConfSeen = fc.constantFrom(
  { server: ownServer, taken: false },
  { server: ownServer, before: ownServer, taken: false },
  { server: lentServer, before: ownServer, taken: false },
  { server: lentServer, before: ownServer, taken: true },
  { server: 'https://api.example:6443', taken: false },
  { server: '', taken: false },
);

const installedPackage = fc
  .record({
    version: fc.tuple(versions, fc.constantFrom('-1.1', '-2.1', '-00', '~rc.0-1.1')).map((parts) => parts.join('')),
    status: fc.constantFrom('ii', 'iU', 'iF', 'iHR', 'rc', 'un'),
    held: fc.boolean(),
  })
  .map(({ version, status, held }) => ({
    version: status === 'un' ? '' : version,
    status: held ? `h${status.slice(1)}` : status,
    held,
  }));
const packages = fc
  .record({
    kubeadm: maybe(installedPackage),
    kubelet: maybe(installedPackage),
    kubectl: maybe(installedPackage),
    'kubernetes-cni': maybe(installedPackage),
  })
  .map((installed) => ({ installed: whole(installed), audit: '' }));

const offered = fc
  .tuple(fc.subarray(['1.36.4', target, '1.36.0', '1.36.0']), maybe(fc.constant('E: Failed to fetch')), fc.boolean())
  .map(([all, problem, otherPackaging]) => {
    const { offers, minor } = offersOf(...all);
    const kubelet = otherPackaging ? ['1.36.3-2.1', ...(offers['kubelet'] ?? [])] : (offers['kubelet'] ?? []);
    return whole({ minor, offers: { ...offers, kubelet }, problem });
  });

const someNode = (name: string) =>
  fc
    .record({
      unschedulable: fc.boolean(),
      cordonedBy: maybe(fc.constantFrom('r0', 'r1')),
      ready: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
      kubeletVersion: versions,
    })
    .map(({ cordonedBy, ...rest }) =>
      nodeObject(name, { ...rest, ...(cordonedBy === undefined ? {} : { cordonedBy }) }),
    );
const nodes = fc
  .tuple(
    someNode('paris-cp1'),
    someNode('paris-cp2'),
    someNode('paris-w1'),
    someNode('paris-w2'),
    fc.integer({ min: 0, max: 15 }),
  )
  .map(([...parts]) => {
    const mask = parts.pop();
    return parts.filter((_node, index) => (Number(mask) >> index) % 2 === 0);
  });

const somePod = fc
  .record({
    name: fc.constantFrom('web', 'db-0', 'cache', 'job'),
    namespace: fc.constantFrom('default', 'kube-system'),
    phase: fc.constantFrom('Running', 'Pending', 'Succeeded', 'Failed'),
    deleting: fc.boolean(),
    mirror: fc.boolean(),
    owner: maybe(fc.constantFrom('ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'Node')),
    emptyDirs: fc.subarray(['cache', 'tmp']),
  })
  .map(({ name, owner, ...change }) => {
    const { owner: _owned, ...lone } = pod(name, change);
    return owner === undefined ? lone : { ...lone, owner: { kind: owner, name: `${name}-owner` } };
  });

const unit = fc.record({
  active: fc.boolean(),
  subState: fc.constantFrom('running', 'dead', 'auto-restart'),
  needsReload: fc.boolean(),
  result: fc.constantFrom('success', 'exit-code'),
});
const artifact = maybe(fc.constant({ path: '/state/a.db', bytes: 20_480, sha256: 'ab' }));

const addonWork = fc.constantFrom(
  { kind: 'manifest' as const, file: 'cni.yaml', text: 'kind: Namespace' },
  { kind: 'command' as const, argv: ['helm', 'upgrade', 'x'], check: ['helm', 'status', 'x'] },
);
const addonHealth = fc.subarray([
  { namespace: 'kube-system', resource: 'daemonset/kindnet' },
  { namespace: 'kube-system', resource: 'deployment/coredns' },
  { namespace: 'default', resource: 'deployment/missing' },
]);

type Facts = Record<string, Arbitrary<unknown>>;
const situation = (
  wish: Arbitrary<Situation['wish']>,
  on: Arbitrary<Situation['on']>,
  facts: Facts,
): Arbitrary<Situation> => fc.record({ wish, on, seen: fc.record(facts).map(whole) });

const going = fc.constant({ version: target, run: 'r1', lockSeconds: 300 });
const only = (...names: readonly string[]) =>
  going.map((all) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))));

/** A node in the middle of restores, at any point of them. */
const inRestore = fc
  .record({
    marks: fc.subarray(['staged', 'restored', 'swapped', 'kubelet', 'done']),
    manifests: fc.record({
      'kube-apiserver': fc.constantFrom('here', 'away', undefined),
      'kube-controller-manager': fc.constantFrom('here', 'away'),
      'kube-scheduler': fc.constantFrom('here', 'away'),
      etcd: fc.constantFrom('here', 'away'),
    }),
    processes: fc.subarray(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']),
    hasMember: fc.boolean(),
    other: fc.boolean(),
  })
  .map(({ marks, manifests, processes, hasMember, other }) => ({
    ...untouched,
    restores: [
      { name: restore, of: '42', marks },
      ...(other ? [{ name: '2-2026-11-20-000000-0000', marks: ['done'] }] : []),
    ],
    manifests: whole(manifests),
    processes: Object.fromEntries(processes.map((name, index) => [name, [index + 2]])),
    hasMember,
  }));
const controlPlaneSubject = fc.constant(onControlPlane());
const restoreWish = fc.constant({ restore });
const componentsSeen = fc.subarray(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'], {
  minLength: 1,
});

/** A node in the middle of a replacement of its member, at any point of it, and what etcd says beside it. */
const lostOnNode = fc
  .record({
    marks: fc.constantFrom([], ['begun'], ['begun', 'aside'], ['done']),
    manifest: fc.constantFrom('here', 'away', 'away', undefined),
    running: fc.constantFrom(false, false, true),
    hasMember: fc.boolean(),
    written: fc.boolean(),
  })
  .map(({ marks, manifest, running, hasMember, written }) =>
    whole({
      ...lostThere,
      replacements: marks.length === 0 ? [] : [{ name: replacement, marks }],
      manifest,
      processes: running ? [4711] : [],
      hasMember,
      flags: written
        ? { ...lostThere.flags, 'initial-cluster': initialCluster, 'initial-cluster-state': 'existing' }
        : lostThere.flags,
    }),
  );
const replacingWish = fc.constantFrom({ replacement }, { replacement: '1-0' });
const replacingSeen: Facts = {
  there: lostOnNode,
  here: fc.constantFrom({ why: 'it does not run' }, newHere),
  members: fc
    .constantFrom<readonly (typeof voter)[]>([], [], [member(1)], [member(1)], [learner], [startedLearner], [voter])
    .map((own) => [member(0), member(2), ...own]),
  health: fc.constantFrom(true, true, true, false).map((well) => [memberHealth(0), memberHealth(2, well)]),
  status: fc.constantFrom([memberStatus(0), memberStatus(2)], [memberStatus(0), memberStatus(2), newStatus]),
  alarms: fc.constant([]),
};
const lostSubject = fc.constant(onLost);
/** Any mixture of all that, and often enough a point that is really come to. */
const replacing = (more: Facts = {}): Arbitrary<Situation> => {
  const mixed = situation(replacingWish, lostSubject, { ...replacingSeen, ...more });
  const real = fc
    .tuple(fc.constantFrom(...Object.values(stages)), fc.record(more))
    .map(([seen, extra]) => ({ wish: { replacement }, on: onLost, seen: { ...seen, ...extra } }));
  return fc.oneof({ weight: 3, arbitrary: mixed }, { weight: 2, arbitrary: real });
};

/** By the id of each step that applies something: every situation in which it may find itself. */
export const situations: Readonly<Record<string, Arbitrary<Situation>>> = {
  'apply-addon': fc.tuple(addonWork, addonHealth, workloads, fc.boolean()).map(([work, health, running, there]) => ({
    wish: { addon: { name: 'cni', work, health, timeoutMs: 60_000 } },
    on: onCluster,
    seen: {
      workloads: running,
      ...(work.kind === 'manifest'
        ? { difference: { differs: !there, text: '' } }
        : { passed: { passed: there, output: '' } }),
    },
  })),
  'apply-manifest': situation(
    fc.record({
      name: fc.constantFrom('mine', 'quota-2'),
      manifest: fc.constantFrom('kind: ConfigMap', 'kind: Secret'),
      takeOver: fc.boolean(),
    }),
    fc.constant(onCluster),
    {
      difference: fc.constantFrom(
        { differs: true, text: '+a: b' },
        { differs: false, text: '' },
        { differs: true, text: '', conflict: '"helm" using v1: .data.a' },
      ),
    },
  ),
  'apply-upgrade': situation(only('version', 'run'), nodeSubject, {
    pods: anyPods,
    config,
    records,
    kubeadmAt,
    workloads,
    packages,
  }),
  'compact-etcd': situation(fc.constant({}), fc.constant(onCluster), {
    alarms: etcdAlarmsSeen,
    history: fc.record({ kept: fc.boolean() }),
    status: etcdStatusSeen,
  }),
  'defragment-etcd': situation(fc.constantFrom({}, { onlyWithoutSpace: true }), nodeSubject, {
    members: fc.constant(etcdMembersSeen),
    status: etcdStatusSeen,
    alarms: etcdAlarmsSeen,
  }),
  'disarm-etcd': situation(fc.constant({}), fc.constant(onCluster), {
    alarms: etcdAlarmsSeen,
    members: fc.constant(etcdMembersSeen),
    status: etcdStatusSeen,
    quota: fc.constantFrom({ bytes: 2_147_483_648 }, {}),
  }),
  'drain-node': situation(
    fc.record({
      run: fc.constant('r1'),
      drainTimeoutMs: fc.constant(600_000),
      deleteEmptyDirData: fc.boolean(),
      workerNames: fc.constant(['paris-w1', 'paris-w2']),
      maxUnavailable: fc.constantFrom(1, 2),
    }),
    nodeSubject,
    { nodes, pods: fc.array(somePod, { maxLength: 4 }) },
  ),
  'give-back-node': situation(fc.constant({}), nodeSubject, { nodes, kept: keptOutSeen }),
  'install-packages': situation(
    fc
      .subarray(['kubeadm', 'kubelet', 'kubectl'], { minLength: 1 })
      .chain((names) =>
        fc.constantFrom(
          { version: target, lockSeconds: 300, packages: names },
          { version: old, lockSeconds: 300, packages: names, downgrade: true },
        ),
      ),
    nodeSubject,
    {
      points,
      state: packages,
      owed: fc.subarray(['kubeadm', 'kubelet']),
      offered,
      repository,
      kubelet: maybe(kubeletVersions),
    },
  ),
  'keep-node-out': situation(
    fc.boolean().map((drains) => ({
      run: 'r1',
      workerNames: ['paris-w1', 'paris-w2', 'paris-w3'],
      maxUnavailable: 2,
      ...(drains ? { drains } : {}),
    })),
    nodeSubject,
    { nodes, kept: keptOutSeen },
  ),
  'lend-api-server': situation(fc.constant({}), fc.constant(onControlPlane()), {
    conf: kubeletConfSeen,
    pods: anyPods,
    other: fc.constantFrom(
      { known: 0, ready: [] },
      { known: 2, ready: [] },
      { known: 2, ready: [{ address: 'https://172.31.0.12:6443', version: old }] },
      { known: 2, ready: [{ address: 'https://172.31.0.13:6443', version: target }] },
      {
        known: 2,
        ready: [{ address: 'https://172.31.0.12:6443' }, { address: 'https://172.31.0.13:6443', version: target }],
      },
    ),
    kubelet: fc.oneof(fc.constant({ installed: old, running: old }), kubeletVersions),
  }),
  'move-etcd-leader': situation(
    fc.constantFrom({ version: target }, {}).map((course) => ({
      ...course,
      controlPlaneNames: ['paris-cp1', 'paris-cp2', 'paris-cp3'],
    })),
    fc.constantFrom(onControlPlane(), onControlPlane('paris-cp2')),
    {
      members: fc.constantFrom(etcdMembersSeen, etcdMembersSeen.slice(0, 2), etcdMembersSeen.slice(0, 1)),
      health: fc.constantFrom(
        [0, 1, 2].map((index) => memberHealth(index)),
        [0, 1].map((index) => memberHealth(index)),
      ),
      status: fc
        .constantFrom(0, 1, 2)
        .map((leader) => [0, 1, 2].map((index) => memberStatus(index, { leader: index === leader }))),
      alarms: fc.constant([]),
      nodes,
    },
  ),
  'plan-upgrade': situation(only('version', 'run'), nodeSubject, { pods: anyPods, config, records }),
  'prune-records': situation(only('run'), nodeSubject, {
    files: fc.uniqueArray(
      fc.oneof(
        fc.record({
          run: fc.constantFrom('r0', 'r1', 'r2', 'r3'),
          bytes: fc.constantFrom(4096, 40 * 1024 * 1024),
          ageSeconds: fc.constantFrom(10, 7200, 40 * 86_400),
          snapshots: fc.subarray(['etcd-before-1.36.3.db']),
        }),
        fc.record({
          run: fc.constant('asked-kubelet.aaaaaa'),
          bytes: fc.constant(80 * 1024 * 1024),
          ageSeconds: fc.constantFrom(10, 40 * 86_400),
          snapshots: fc.constant([]),
          asked: fc.constant(true as const),
        }),
      ),
      { selector: ({ run }) => run },
    ),
    records: fc.array(
      fc.record({ run: fc.constantFrom('r0', 'r2'), unit: fc.constant('drain-node-ab-1-1'), running: fc.boolean() }),
      { maxLength: 2 },
    ),
  }),
  'clean-kubelet-flags': situation(fc.record({ version: fc.constantFrom(old, target, '1.37.0') }), nodeSubject, {
    flags: fc
      .subarray(['--v=2', '--pod-infra-container-image=registry.k8s.io/pause:3.10.1', '--node-ip=10.0.0.1'])
      .map((kubeadmFlags) => ({
        kubeadmFlags,
        extraArgs: [],
        files: { '/var/lib/kubelet/kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="${kubeadmFlags.join(' ')}"\n` },
      })),
    refused: fc.constantFrom({}, { flag: '--pod-infra-container-image' }, { flag: '--bogus' }),
  }),
  'keep-restore-point': situation(only('run', 'version'), nodeSubject, { points, packages, pods: anyPods, repository }),
  'lower-addons': situation(only('version'), nodeSubject, { points, workloads }),
  'put-back-kubelet-files': situation(only('version'), nodeSubject, { points }),
  'allow-etcd-downgrade': situation(fc.constant({ minor: '3.5' }), fc.constant(onControlPlane()), {
    status: fc.constantFrom(
      [memberStatus(0), memberStatus(1)],
      [memberStatus(0, { downgradesTo: '3.5.0', storageVersion: '3.5.0' })],
      [memberStatus(0, { version: '3.5.33' }), memberStatus(1)],
    ),
  }),
  'put-back-etcd': situation(fc.constant({ minor: '3.5' }), fc.constant(onControlPlane()), {
    pods: anyPods,
    kept: fc.subarray([keptEtcdOf('r3', '3.6.5-0'), keptEtcdOf('r2', '3.5.33-0')]),
    config,
  }),
  'put-back-manifests': situation(only('version'), nodeSubject, { points, pods: anyPods, api: maybe(ownApi) }),
  'reboot-node': situation(
    fc.constantFrom({}, { reboot: 'always' }, { reboot: 'never' }).map((when) => ({ maintenance: 'm1', ...when })),
    nodeSubject,
    {
      restart: fc.constantFrom(
        { kind: 'not-asked' },
        { kind: 'asked', secondsAgo: 4 },
        { kind: 'asked', secondsAgo: 900 },
        { kind: 'done' },
      ),
      required: fc.constantFrom({ required: false, packages: [] }, { required: true, packages: ['dbus'] }),
    },
  ),
  'refresh-package-lists': situation(fc.constant({ maintenance: 'm1', lockSeconds: 300 }), nodeSubject, {
    refreshed: fc.boolean(),
  }),
  'renew-certificates': situation(
    fc.constantFrom({}, { withinDays: 30 }, { all: true }).map((when) => ({ maintenance: 'm1', ...when })),
    fc.constant(onControlPlane()),
    {
      found: fc.constantFrom(-1, 20, 60, 300).map((days) => ({
        certificates: [
          { file: '/etc/kubernetes/pki/apiserver.crt', subject: '', notAfter: days * 86_400_000, authority: false },
        ],
        withoutKey: [],
      })),
      clock: fc.constant({ epochMs: 0 }),
      users: certificateUsersSeen,
      renewed: fc.boolean(),
    },
  ),
  'restart-certificate-users': situation(fc.constant({ maintenance: 'm1' }), fc.constant(onControlPlane()), {
    users: certificateUsersSeen,
    renewed: fc.boolean(),
  }),
  'restart-kubelet': situation(fc.constant({}), nodeSubject, {
    unit,
    version: kubeletVersions,
    log: maybe(fc.constant({ lastError: 'unknown flag: --pod-infra-container-image' })),
  }),
  'return-api-server': situation(fc.constant({}), fc.constant(onControlPlane()), {
    conf: kubeletConfSeen,
    kubelet: kubeletVersions,
  }),
  'accept-kubelet-configuration': situation(fc.constant({}), nodeSubject, { files: kubeletFilesSeen }),
  'change-kubelet-configuration': situation(kubeletWish, fc.constant(onCluster), { config: kubeletConfigSeen }),
  'keep-kubelet-configuration': situation(fc.constant({}), nodeSubject, { files: kubeletFilesSeen }),
  'load-kubelet-configuration': situation(kubeletWish, nodeSubject, { files: kubeletFilesSeen, unit }),
  'return-kubelet-configuration': situation(fc.constant({}), nodeSubject, { files: kubeletFilesSeen }),
  'write-kubelet-configuration': situation(kubeletWish, nodeSubject, {
    config: kubeletConfigSeen,
    files: kubeletFilesSeen,
  }),
  'copy-file': situation(
    fc.record({
      content: fc.constantFrom('', 'a = 1\n'),
      path: fc.constant('/etc/sysctl.d/90-mine.conf'),
      mode: fc.constantFrom('0644', '600', '0755'),
      owner: fc.constantFrom('root:root', '4242:ops'),
      secret: fc.boolean(),
    }),
    nodeSubject,
    {
      file: fc.oneof(
        fc.constantFrom({ kind: 'absent' }, { kind: 'link' }, { kind: 'other' }, { kind: 'no-directory' }),
        fc.record({
          kind: fc.constant('file'),
          mode: fc.constantFrom('644', '600', '4755'),
          user: fc.constantFrom('root', 'UNKNOWN'),
          group: fc.constantFrom('root', 'ops'),
          uid: fc.constantFrom('0', '4242'),
          gid: fc.constantFrom('0', '1000'),
          sha256: fc.constant('ab'.repeat(32)),
          diff: fc.constantFrom('', '--- live\n+++ wished\n'),
        }),
      ),
    },
  ),
  'run-command': situation(
    fc.record({
      name: fc.constant('mine'),
      check: fc.constantFrom('test -e /a', ['test', '-e', '/a']),
      command: fc.constantFrom('touch /a', ['touch', '/a']),
      parameters: fc.constantFrom({}, { maxPods: 5 }),
    }),
    nodeSubject,
    {
      checked: fc.constantFrom(
        { kind: 'passed' },
        { kind: 'not-passed', code: 1, said: '' },
        { kind: 'not-run', code: 127, said: 'not found' },
      ),
    },
  ),
  'run-practice-part': situation(
    fc.record({
      name: fc.constant('part 1 of 2 of the task'),
      check: fc.constant('test -e /a'),
      command: fc.constant('touch /a'),
      parameters: fc.constantFrom({}, { worker: 'paris-w1', controlPlane: 'paris-cp1' }),
    }),
    nodeSubject,
    {
      checked: fc.constantFrom(
        { kind: 'passed' },
        { kind: 'not-passed', code: 1, said: '' },
        { kind: 'not-run', code: 127, said: 'not found' },
      ),
    },
  ),
  'mark-practice-ground': situation(fc.record({ allowed: fc.boolean() }), nodeSubject, {
    host: fc.constantFrom(
      { hostname: 'paris-w1', machineId: 'm1' },
      { hostname: 'paris-w1', machineId: 'm1', clusterCa: 'AB:CD' },
    ),
    ground: maybe(
      fc.record({ cluster: fc.constantFrom('paris', 'oslo'), authority: fc.constantFrom('AB:CD', 'EF:01') }),
    ),
    task: maybe(fc.constant({ task: 'kubelet-stopped', stage: 'begun', worker: 'paris-w1', secondsAgo: 60, hints: 0 })),
  }),
  'remove-old-copies': situation(
    fc.record({ named: fc.constantFrom('', 'tmp/paris-w1', 'tmp/paris-cp1,pod/shop/db-0') }),
    nodeSubject,
    {
      copies: fc.subarray([
        {
          path: '/etc/kubernetes/tmp/kubeadm-backup-etcd-1',
          name: 'kubeadm-backup-etcd-1',
          bytes: 4096,
          changedAt: 1000,
        },
        { path: '/var/lib/nodeops/asked-1', bytes: 4096, changedAt: 1000 },
      ]),
    },
  ),
  'remove-stuck': situation(
    fc.record({
      named: fc
        .subarray([
          'pod/shop/db-0',
          'pod/shop/web',
          'namespace/shop',
          'volumeattachment/csi-1',
          'node/w9',
          'configmaps/shop/a',
        ])
        .map((names) => names.join(',')),
      controlPlaneNames: fc.constant(['paris-cp1']),
      workerNames: fc.constant(['paris-w1']),
    }),
    fc.constant(onCluster),
    {
      pods: fc.subarray(stuckPodsSeen),
      namespaces: fc.subarray([
        { name: 'shop', uid: 'n1', finalizers: ['example.com/a'], because: [] },
        { name: 'blog', uid: 'n2', finalizers: [], because: ['pods. has 1 resource instances'] },
      ]),
      attachments: fc.subarray([
        { name: 'csi-1', uid: 'v1', node: 'w9', attacher: 'csi.example.com', finalizers: [] },
        { name: 'csi-2', uid: 'v2', node: 'paris-w1', attacher: 'csi.example.com', finalizers: [] },
      ]),
      objects: fc.subarray([
        { resource: 'configmaps', namespace: 'shop', name: 'a', uid: 'o1', finalizers: ['example.com/a'] },
      ]),
      nodes: fc.subarray([
        nodeObject('paris-w1'),
        { ...nodeObject('w9'), ready: 'Unknown' },
        { ...nodeObject('w8'), ready: 'Unknown' },
      ]),
    },
  ),
  'run-after-cluster': situation(hookWishes('cluster'), fc.constant(onCluster), { standing: hookStandings }),
  'run-after-node': situation(hookWishes('node'), nodeSubject, { standing: hookStandings }),
  'run-before-cluster': situation(hookWishes('cluster'), fc.constant(onCluster), {
    standing: hookStandings,
    config,
  }),
  'run-before-node': situation(hookWishes('node'), nodeSubject, {
    standing: hookStandings,
    kubelet: fc.constantFrom({}, { installed: old, running: old }),
  }),
  'run-backup-hook': situation(
    fc.record({
      run: fc.constant('r1'),
      controlPlaneNames: fc.constant(['paris-cp1']),
      hook: fc.record({
        name: fc.constantFrom('velero', 'shop-db'),
        argv: fc.constant(['velero', 'backup', 'create']),
        place: fc.constantFrom(
          { kind: 'operator', directory: '/fleet' },
          { kind: 'control-plane' },
          { kind: 'node', node: 'paris-w1' },
        ),
        timeoutMs: fc.constant(60_000),
      }),
    }),
    fc.constant(onCluster),
    {
      etcd: fc.constant({}),
      outcomes: fc.subarray([
        { hook: 'velero', ok: true, trouble: '' },
        { hook: 'shop-db', ok: false, trouble: 'rc 3: refused' },
      ]),
    },
  ),
  'save-node': situation(only('run'), nodeSubject, {
    archive: artifact,
    versions: artifact,
    boot: fc.constant({ bootId: '9f3a', init: '12' }),
  }),
  'save-objects': situation(
    fc.record({ run: fc.constant('r1'), objects: fc.boolean(), encrypted: fc.boolean() }),
    fc.constant(onCluster),
    { etcd: fc.constant({}), saved: artifact },
  ),
  'save-state': situation(only('run'), fc.constant(onCluster), { etcd: fc.constant({}), state: artifact }),
  'store-backup': situation(
    fc.record({ run: fc.constant('r1'), backupPlaces: fc.subarray(['/backup', 's3://b'], { minLength: 1 }) }),
    fc.constant(onCluster),
    {
      records: fc.array(
        fc.record({
          id: fc.constantFrom('r0', 'r1'),
          ageMs: fc.constant(0),
          places: fc.subarray(['/backup', 's3://b']),
          tidied: fc.boolean(),
          verified: fc.boolean(),
          failedHooks: fc.constant([]),
        }),
        { maxLength: 2 },
      ),
    },
  ),
  'save-etcd': situation(only('run'), fc.constant(onCluster), {
    etcd: fc.constant({}),
    snapshot: artifact,
    status: artifact,
  }),
  'snapshot-etcd': situation(only('version', 'run'), nodeSubject, {
    pods: anyPods.chain((pods) =>
      fc.constantFrom(pods, { components: pods.components, proxyEnvironment: pods.proxyEnvironment }),
    ),
    snapshot: artifact,
    status: artifact,
  }),
  'stage-images': situation(only('version'), nodeSubject, {
    pods: anyPods,
    staged: maybe(
      fc.record({
        version: versions,
        missing: fc.subarray(['registry.k8s.io/etcd:3.6.8-0', 'registry.k8s.io/pause:3.10.2']),
      }),
    ),
    there: archivesSeen,
    state: packages,
    config,
  }),
  'stage-packages': situation(only('version', 'lockSeconds'), nodeSubject, {
    state: fc.oneof({ weight: 4, arbitrary: packages }, fc.constant({ installed: {}, audit: 'kubeadm: unpacked' })),
    offered: maybe(offered),
    there: archivesSeen,
  }),
  'add-etcd-learner': replacing(),
  'close-replacement': situation(replacingWish, lostSubject, { there: lostOnNode }),
  'promote-etcd-member': replacing(),
  'remove-etcd-member': replacing(),
  'set-aside-etcd-data': replacing(),
  'start-etcd-member': replacing(),
  'stop-etcd-member': replacing({ restores: inRestore }),
  'close-restore': situation(restoreWish, controlPlaneSubject, { restores: inRestore }),
  'rescue-etcd': situation(fc.constant({ run: 'r1', restore }), controlPlaneSubject, {
    etcd: fc.constantFrom(
      { why: 'it does not answer' },
      { here: etcdHereAt() },
      { here: etcdHereAt({ quorum: false }) },
      { here: etcdHereAt({ learner: true }) },
    ),
    restores: inRestore,
    rescued: fc.subarray(['paris-cp1', 'paris-cp2']),
  }),
  'claim-new-host': situation(fc.constant({}), nodeSubject, { host: newHosts }),
  'forget-join-secrets': situation(fc.constant({}), controlPlaneSubject, { host: newHosts }),
  'hold-again': situation(only('lockSeconds'), nodeSubject, {
    owed: fc.subarray(['kubeadm', 'kubelet', 'kubectl']),
    records: fc.array(
      fc.record({ run: fc.constant('r0'), unit: fc.constant('install-packages-ab-1-1'), running: fc.boolean() }),
      { maxLength: 2 },
    ),
  }),
  'hold-packages': situation(only('lockSeconds'), nodeSubject, { packages }),
  'initialise-cluster': situation(
    fc.constant({ version: target, podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12', workerNames: [] }),
    controlPlaneSubject,
    { host: newHosts, unit: maybe(unit) },
  ),
  'join-node': situation(
    fc.constant({ controlPlaneNames: ['paris-cp1', 'paris-cp2'], workerNames: ['paris-w1'] }),
    nodeSubject,
    { host: newHosts, unit: maybe(unit) },
  ),
  'label-node': situation(fc.constant({ nodeLabels: { disk: 'ssd' } }), nodeSubject, {
    labels: fc.constantFrom(
      { 'paris-cp1': {}, 'paris-cp2': {}, 'paris-w1': { disk: 'hdd' } },
      { 'paris-w1': { disk: 'ssd' } },
    ),
  }),
  'return-cri-socket': situation(fc.constantFrom({ version: '1.33.13' }, { version: '1.35.4' }), nodeSubject, {
    noted: fc.constantFrom({}, { 'paris-cp1': 'unix:///run/containerd/containerd.sock' }),
    runtime: maybe(
      fc.constant({ name: 'containerd', version: '1.6.20', socket: '/run/containerd/containerd.sock' } as const),
    ),
  }),
  'reset-node': situation(fc.constant({}), nodeSubject, { host: newHosts }),
  'leave-etcd': situation(
    fc.record({ node: fc.constantFrom('paris-cp1', 'paris-cp2', 'paris-w1') }),
    fc.constant(onCluster),
    {
      members: fc.constantFrom([member(0), member(1), member(2)], [member(0)]),
      health: fc.constantFrom(
        [memberHealth(0), memberHealth(1), memberHealth(2)],
        [memberHealth(0), memberHealth(1, false), memberHealth(2)],
      ),
      status: fc.constant([memberStatus(0), memberStatus(1), memberStatus(2)]),
      alarms: fc.constant([]),
    },
  ),
  'offer-packages': situation(
    fc.constant({ version: target, packageSource: 'https://pkgs.k8s.io/core:/stable:', lockSeconds: 300 }),
    nodeSubject,
    { repository: fc.constantFrom({ files: {}, entries: [] }), offered: fc.constant(undefined) },
  ),
  'prepare-kernel': situation(fc.constant({}), nodeSubject, { host: newHosts }),
  'start-container-runtime': situation(only('lockSeconds'), nodeSubject, { host: newHosts }),
  'turn-off-swap': situation(fc.constant({}), nodeSubject, { host: newHosts }),
  'claim-host': situation(restoreWish, nodeSubject, { host: recoveryHostSeen }),
  'finish-control-plane': situation(restoreWish, controlPlaneSubject, { host: recoveryHostSeen }),
  'forget-joins': situation(restoreWish, controlPlaneSubject, { host: recoveryHostSeen }),
  'join-host': situation(fc.constant({ restore, controlPlaneNames: ['paris-cp1', 'paris-cp2'] }), nodeSubject, {
    host: recoveryHostSeen,
    unit: maybe(unit),
  }),
  'place-authorities': situation(fc.constant({ restore, archive: 'paris/node.tar' }), controlPlaneSubject, {
    host: recoveryHostSeen,
  }),
  'place-smoke-workload': situation(
    fc.constantFrom({ run: 'r1' }, { run: 'r1', image: 'mirror.example/web:1', port: 8080, args: 'serve' }),
    fc.constant(onCluster),
    {
      namespace: smokeNamespaceSeen,
      workload: fc.constantFrom(
        { pods: [] },
        { deployment: { desired: 2, rolledOut: false, troubles: [] }, serviceIp: '10.96.0.9', pods: [] },
      ),
      nodes,
    },
  ),
  'remove-smoke-workload': situation(fc.constantFrom({}, { keep: true }, { keep: false }), fc.constant(onCluster), {
    namespace: smokeNamespaceSeen,
    workload: fc.constant({ pods: [] }),
  }),
  'remove-gone-nodes': situation(
    fc.record({ gone: fc.constantFrom('', 'paris-w1', 'paris-cp1,paris-w1', 'oslo-w1') }),
    fc.constant(onCluster),
    { nodes },
  ),
  'start-first-kubelet': situation(restoreWish, controlPlaneSubject, { restores: inRestore, unit: maybe(unit) }),
  'write-control-plane': situation(
    fc.constant({ restore, configuration: 'paris/kubeadm.yaml', members: members(1) }),
    controlPlaneSubject,
    { restores: fc.oneof(inRestore, fc.constantFrom({ ...untouched, manifests: {}, flags: {} })) },
  ),
  'restart-kubelet-after-restore': situation(restoreWish, nodeSubject, { restores: inRestore, unit }),
  'restore-etcd-data': situation(fc.constant({ restore, members: members(1) }), controlPlaneSubject, {
    restores: inRestore,
  }),
  'stage-restore': situation(
    fc.constant({ restore, snapshot: 'paris/a.db', backupClusterId: '42' }),
    controlPlaneSubject,
    {
      restores: inRestore,
    },
  ),
  'start-static-pods': situation(fc.record({ components: componentsSeen }), controlPlaneSubject, {
    restores: inRestore,
    api: maybe(ownApi),
  }),
  'stop-static-pods': situation(
    fc.record({ restore: fc.constant(restore), components: componentsSeen }),
    controlPlaneSubject,
    {
      restores: inRestore,
    },
  ),
  'swap-etcd-data': situation(restoreWish, controlPlaneSubject, { restores: inRestore }),
  'test-restore': situation(
    fc.constant({ run: 'r1', snapshot: 'paris/restore-test/b1.db', bytes: 1_000_000 }),
    fc.constant(onCluster),
    { etcd: fc.constant({}), outcome: artifact },
  ),
  'switch-etcd-image': situation(
    fc.constantFrom({ image: 'registry.k8s.io/etcd:3.6.8-0' }, { image: 'mirror.example:5000/k8s/etcd:3.6.6-0' }),
    fc.constant(onControlPlane()),
    { pods: anyPods, config },
  ),
  'switch-package-repository': situation(
    only('version', 'lockSeconds').chain((wish) => fc.constantFrom(wish, { ...wish, downgrade: true })),
    nodeSubject,
    { repository, packages, points },
  ),
  'uncordon-node': situation(fc.constant({}), nodeSubject, { nodes }),
  'upgrade-node': situation(only('version', 'run'), nodeSubject, {
    pods: anyPods,
    config: fc.oneof(config, fc.constant(kubeadmConfigOf(target))),
    records,
    kubeadmAt,
    kubelet: kubeletVersions,
    workloads,
    nodes,
  }),
  'accept-runtime': situation(fc.constant({}), nodeSubject, { daemon: runtimeSeen }),
  'fetch-runtime': situation(runtimeWish, nodeSubject, {
    daemon: runtimeSeen,
    offers: fc.constant(runtimeOffersSeen),
    fetched: fc.constantFrom({}, { containerd: { [newDeb]: `containerd_${newDeb}_amd64.deb` } }),
  }),
  'install-runtime': situation(runtimeWish, nodeSubject, {
    daemon: runtimeSeen,
    offers: fc.constantFrom(runtimeOffersSeen, {}),
    owed: fc.constantFrom([], ['containerd']),
  }),
  'keep-runtime': situation(fc.constant({}), nodeSubject, { daemon: runtimeSeen }),
  'migrate-runtime-configuration': situation(fc.constant({ runtime: '2' }), nodeSubject, {
    daemon: runtimeSeen,
    configuration: fc.constantFrom(configurationOf(), configurationOf({ version: 3 }), { settings: [], comments: 0 }),
    migration: maybe(
      fc.constantFrom(migrationOf(), migrationOf({ version: 4 }), {
        kind: 'refused',
        why: 'toml: array is incomplete',
      }),
    ),
  }),
  'restart-runtime': situation(fc.constant({}), nodeSubject, { daemon: runtimeSeen }),
  'upgrade-os-packages': situation(
    fc.constantFrom({}, { securityOnly: true }, { exclude: 'tzdata' }).map((which) => ({ lockSeconds: 300, ...which })),
    nodeSubject,
    {
      offered: fc.record({
        unfinished: fc.constantFrom(0, 2),
        updates: fc.subarray([
          { name: 'libc6', from: '2.36-9', to: '2.36-10', origins: 'Debian-Security:12/stable-security' },
          { name: 'tzdata', from: '2024a', to: '2025b', origins: 'Debian:12.12/stable' },
          { name: 'linux-image-6.1.0-41-amd64', to: '6.1.158-1', origins: 'Debian:12.12/stable' },
        ]),
      }),
    },
  ),
};
