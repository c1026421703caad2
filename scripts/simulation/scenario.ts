import type { Cluster, Node, Role } from '../../src/model/cluster.ts';
import type { Workload } from '../../src/simulator/cluster/first-objects.ts';
import { type CertificatesScenario } from './operations/certificates-scenario.ts';
import { type EtcdScenario } from './operations/etcd-scenario.ts';
import { type KubeletScenario } from './operations/kubelet-scenario.ts';
import { type NodesScenario } from './operations/nodes-scenario.ts';
import { type Maintenance } from './maintenance.ts';

/** What the operator says of how the upgrade is to go, as parameters of the playbook. */
export interface Way {
  /** Over several minors: workers with each of them, or with the last only. */
  readonly workers: 'each-hop' | 'last';
  readonly drain?: 'minor-only' | 'none';
  readonly onFailure?: 'rollback';
}

/** How many nodes of each kind. */
export interface Topology {
  readonly controlPlanes: number;
  readonly workers: number;
}

/** What all seeds do where the command line says so: go back from an upgrade over two minors; something else than an upgrade. */
export const courses = [
  'back-over-minors',
  'certificates',
  'create',
  'etcd',
  'joins',
  'kubelet-config',
  'maintenance',
  'nodes',
  'patched-upgrade',
  'restore',
] as const;
export type Course = (typeof courses)[number];

/** The same name in every seed: what is rendered and parsed once serves them all. */
export const clusterName = 'sim';

/** Everything about a simulation but its faults, drawn from its seed. */
export interface Scenario extends Topology {
  readonly seed: number;
  readonly from: string;
  readonly to: string;
  /** Whether the operator goes on from another machine, without the journals of the first. */
  readonly otherMachine: boolean;
  readonly maxUnavailable: number;
  readonly way: Way;
  /**
   * The cluster was upgraded before, and is to go back: after that run came to its end, was killed so far on its way, or
   * failed and went back by itself, so that nothing is left to do.
   */
  readonly goesBack?: number | 'done' | 'by-itself';
  /** Whether somebody looks first: `--dry-run`. */
  readonly dryRunFirst: boolean;
  /** The cluster may be worked on for so many minutes every two hours; it opened so many before it all begins, and may be closed by then. */
  readonly window?: { readonly minutes: number; readonly openFor: number };
  /** Instead of an upgrade the certificates are renewed. */
  readonly certificates?: CertificatesScenario;
  /** Instead of an upgrade the configuration of all kubelets is changed. */
  readonly kubelets?: KubeletScenario;
  /** Instead of an upgrade of Kubernetes etcd gets another patch, or a member is replaced. */
  readonly etcd?: EtcdScenario;
  /** With the upgrade the hosts' own packages: `--os-patch`. */
  readonly patches?: Maintenance;
  /** Instead of an upgrade nodes leave or join. */
  readonly nodes?: NodesScenario;
  /** Kubernetes stays as it is, and nodes are patched, restarted, taken out or given back. */
  readonly maintenance?: Maintenance;
  /** The password of the packages' mirror, as it stands in the nodes' apt sources. */
  readonly mirrorPassword?: string;
}

/** Over two minors. */
export const longWay: readonly [string, string] = ['1.34.2', '1.36.3'];

/** Whether it leads over two. */
export const isOverMinors = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
  from === longWay[0] && to === longWay[1];

const workloadsFor = (workers: number): readonly Workload[] => [
  {
    namespace: 'shop',
    name: 'web',
    kind: 'Deployment',
    replicas: 3,
    emptyDir: true,
    ...(workers > 1 ? { budget: { minAvailable: 1 } } : {}),
  },
  { namespace: 'shop', name: 'api', kind: 'Deployment', replicas: 2 },
];

/**
 * What runs on the workers. On the only one, nothing has a budget: an evicted pod has nowhere to go until the node is
 * back, so that no drain could end. Where every node is a control plane that takes no pods, nothing runs: it would be
 * Pending from the beginning.
 */
export const workloadsOf = ({ controlPlanes, workers }: Topology): readonly Workload[] =>
  workers === 0 && controlPlanes > 1 ? [] : workloadsFor(workers);

const node = (name: string, role: Role): Node => ({
  name,
  role,
  ssh: { host: name, port: 22, user: 'ops', identityFiles: [], agent: false, knownHostsFiles: [] },
  become: { method: 'sudo' },
  kubeadm: { ignorePreflightErrors: [] },
});

/** The inventory's cluster for a scenario. `hosts` are the simulated ones, in order: their names and roles. */
export const inventoryOf = (
  scenario: Scenario,
  hosts: readonly { readonly name: string; readonly role: Role }[],
): Cluster => ({
  name: clusterName,
  labels: {},
  protected: false,
  operators: [],
  maxUnavailable: { count: scenario.maxUnavailable },
  drain: { timeoutMs: 300_000, deleteEmptyDirData: true },
  aptLockTimeoutMs: 300_000,
  addons: [],
  compatibility: [],
  probes: [],
  backup: {
    to: [],
    ssh: node('', 'worker').ssh,
    s3: { pathStyle: false },
    recipients: [],
    keep: {},
    application: [],
  },
  nodes: hosts.map(({ name, role }) => node(name, role)),
  source: `seed ${scenario.seed}`,
});
