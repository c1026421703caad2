import type { ApiPlace } from '../../src/commands/kubectl.ts';
import type { EtcdEndpointHealth } from '../../src/facts/etcd-health.ts';
import type { EtcdMember } from '../../src/facts/etcd-members.ts';
import type { EtcdEndpointStatus } from '../../src/facts/etcd-status.ts';
import type { KubeadmConfig } from '../../src/facts/kubeadm-config.ts';
import type { MovablePod } from '../../src/facts/movable-pods.ts';
import type { NodeRoom } from '../../src/facts/node-room.ts';
import type { NodeObject } from '../../src/facts/nodes.ts';
import type { OfferedPackages } from '../../src/facts/offered-packages.ts';
import type { PackageRepository } from '../../src/facts/package-repository.ts';
import type { InstalledPackage, Packages } from '../../src/facts/packages.ts';
import type { PodObject } from '../../src/facts/pods.ts';
import type { StaticPods } from '../../src/facts/static-pods.ts';
import type { Workload } from '../../src/facts/workloads.ts';
import type { KubeadmOptions } from '../../src/model/cluster.ts';
import type { ClusterSubject, NodeSubject } from '../../src/model/subject.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { lineOf } from '../../src/run/perform.ts';
import type { Step } from '../../src/steps/step.ts';

/** The versions between which the cases go. */
export const old = '1.35.4';
export const target = '1.36.3';

export const api: ApiPlace = { node: 'paris-cp1', apiServer: 'https://172.31.0.11:6443' };
export const kubectlLine =
  'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://172.31.0.11:6443 --request-timeout=15s';

const plain: KubeadmOptions = { ignorePreflightErrors: [] };
export const onWorker = (node = 'paris-w1', kubeadm = plain): NodeSubject => ({
  kind: 'node',
  cluster: 'paris',
  node,
  role: 'worker',
  kubeadm,
});
export const onControlPlane = (node = 'paris-cp1', kubeadm = plain): NodeSubject => ({
  ...onWorker(node, kubeadm),
  role: 'control-plane',
});
export const onCluster: ClusterSubject = { kind: 'cluster', cluster: 'paris' };

export const nodeObject = (name: string, change: Partial<NodeObject> = {}): NodeObject => ({
  name,
  uid: `uid-${name}`,
  unschedulable: false,
  ready: 'True',
  kubeletVersion: old,
  machineId: `machine-${name}`,
  systemUuid: `system-${name}`,
  internalIp: '172.31.0.11',
  taints: [],
  controlPlane: name.includes('-cp'),
  containerRuntime: 'containerd://2.1.4',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  ...change,
});

export const pod = (name: string, change: Partial<PodObject> = {}): PodObject => ({
  namespace: 'default',
  name,
  node: 'paris-w1',
  phase: 'Running',
  ready: true,
  deleting: false,
  mirror: false,
  owner: { kind: 'ReplicaSet', name: `${name}-rs` },
  emptyDirs: [],
  images: ['registry.k8s.io/e2e-test-images/agnhost:2.53'],
  ...change,
});

/** The same pod as the predictor of drains sees it. */
export const movable = (name: string, change: Partial<MovablePod> = {}): MovablePod => {
  const { images: _images, ...known } = pod(name);
  return {
    ...known,
    labels: { app: name },
    finalizers: [],
    graceSeconds: 30,
    preStopSeconds: 0,
    startSeconds: 4,
    waiting: [],
    claims: [],
    requests: {},
    hostPorts: [],
    nodeLabels: {},
    affinity: [],
    antiAffinity: [],
    spread: [],
    tolerations: [],
    ...change,
  };
};

export const roomOf = (name: string, change: Partial<NodeRoom> = {}): NodeRoom => ({
  name,
  labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
  allocatable: { cpu: 2, memory: 4 * 1024 ** 3, pods: 110 },
  ...change,
});

export const workload = (
  kind: Workload['kind'],
  name: string,
  image: string,
  change: Partial<Workload> = {},
): Workload => ({
  namespace: 'kube-system',
  kind,
  name,
  images: [image],
  desired: 3,
  total: 3,
  updated: 3,
  ready: 3,
  available: 3,
  observed: true,
  ...change,
});
export const kubeProxy = (version: string, change: Partial<Workload> = {}): Workload =>
  workload('DaemonSet', 'kube-proxy', `registry.k8s.io/kube-proxy:v${version}`, change);
export const coreDns = (change: Partial<Workload> = {}): Workload =>
  workload('Deployment', 'coredns', 'registry.k8s.io/coredns/coredns:v1.13.1', change);

const versioned = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export const staticPodsOf = (version: string, proxyEnvironment: StaticPods['proxyEnvironment'] = {}): StaticPods => ({
  components: {
    etcd: { image: 'registry.k8s.io/etcd:3.6.6-0', version: '3.6.6-0' },
    ...Object.fromEntries(versioned.map((name) => [name, { image: `registry.k8s.io/${name}:v${version}`, version }])),
  },
  apiServer: api.apiServer,
  etcd: {
    dataDir: '/var/lib/etcd',
    certFile: '/etc/kubernetes/pki/etcd/server.crt',
    keyFile: '/etc/kubernetes/pki/etcd/server.key',
    caFile: '/etc/kubernetes/pki/etcd/ca.crt',
    clientUrl: 'https://172.31.0.11:2379',
  },
  etcdServers: 'https://127.0.0.1:2379',
  proxyEnvironment,
});
export const noStaticPods: StaticPods = { components: {}, proxyEnvironment: {} };

export const kubeadmConfigOf = (kubernetesVersion: string): KubeadmConfig => ({
  kubernetesVersion,
  clusterName: 'kubernetes',
  etcd: 'local',
  raw: `kubernetesVersion: v${kubernetesVersion}\n`,
});

export const installedAs = (version: string, change: Partial<InstalledPackage> = {}): InstalledPackage => ({
  version: `${version}-1.1`,
  status: 'hi',
  held: true,
  ...change,
});
export const packagesOf = (version: string, change: Packages['installed'] = {}): Packages => ({
  installed: {
    kubeadm: installedAs(version),
    kubelet: installedAs(version),
    kubectl: installedAs(version),
    containerd: { version: '2.1.4-1', status: 'ii', held: false },
    ...change,
  },
  audit: '',
});

export const offersOf = (...versions: readonly string[]): OfferedPackages => ({
  minor: '1.36',
  offers: Object.fromEntries(
    ['kubeadm', 'kubelet', 'kubectl'].map((name) => [name, versions.map((version) => `${version}-1.1`)]),
  ),
});

export const sourceList = '/etc/apt/sources.list.d/kubernetes.list';
export const sourceLine = (minor: string): string =>
  `deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /\n`;
type Source = PackageRepository['entries'][number];
export const source = (minor: string | undefined, change: Partial<Source> = {}): Source => ({
  file: sourceList,
  line: 1,
  enabled: true,
  format: 'list',
  uri: `https://pkgs.k8s.io/core:/stable:/v${minor ?? '?'}/deb/`,
  suite: '/',
  signedBy: '/etc/apt/keyrings/kubernetes-apt-keyring.gpg',
  legacy: false,
  ...(minor === undefined ? {} : { minor }),
  ...change,
});
export const repositoryOf = (minor: string): PackageRepository => ({
  files: { [sourceList]: sourceLine(minor) },
  entries: [source(minor)],
});

const address = (index: number): string => `https://172.31.0.${11 + index}`;
export const member = (index: number, change: Partial<EtcdMember> = {}): EtcdMember => ({
  id: String(1000 + index),
  name: `paris-cp${index + 1}`,
  peerUrls: [`${address(index)}:2380`],
  clientUrls: [`${address(index)}:2379`],
  learner: false,
  started: true,
  ...change,
});
export const health = (index: number, healthy = true): EtcdEndpointHealth => ({
  endpoint: `${address(index)}:2379`,
  healthy,
  ...(healthy ? {} : { error: 'context deadline exceeded' }),
});
export const status = (index: number, change: Partial<EtcdEndpointStatus> = {}): EtcdEndpointStatus => ({
  endpoint: `${address(index)}:2379`,
  memberId: String(1000 + index),
  clusterId: '77',
  version: '3.6.6',
  dbSizeBytes: 20_000_000,
  dbInUseBytes: 19_000_000,
  quotaBytes: 2_147_483_648,
  leader: index === 0,
  revision: 80_000,
  raftIndex: 90_000,
  raftAppliedIndex: 90_000,
  learner: false,
  errors: [],
  ...change,
});

type Seen = Readonly<Record<string, unknown>>;

/** A step with its parameters and its subject, as the cases look at it. */
export const bound = (step: Step, wish: Seen, on: NodeSubject | ClusterSubject) => {
  const it = step.bind(wish, on);
  return {
    ...it,
    check: (seen: Seen): Verdict => it.check(seen),
    /** What is typed, and where. */
    typed: (seen: Seen): readonly string[] => it.apply(seen, api).map((action) => `${action.on}: ${lineOf(action)}`),
    /** What is seen afterwards, beside what stays. */
    after: (seen: Seen): Seen => it.expect(seen),
    /** The verdict on what is expected. */
    verdictAfter: (seen: Seen): Verdict => it.check(it.expect(seen)),
  };
};
