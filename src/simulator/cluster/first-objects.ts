import type { KubeObject } from '../world/world.ts';
import { companionsOf, minorOf } from './component-versions.ts';
import { clusterConfiguration, kubeletConfiguration } from './configuration-templates.ts';
import {
  type BudgetObject,
  type LabelSelector,
  type Maker,
  metadata,
  type PodSpec,
  type WorkloadObject,
} from './objects.ts';

/** What runs in the cluster beside what kubeadm puts there. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly replicas?: number;
  readonly emptyDir?: boolean;
  readonly budget?: { readonly minAvailable?: number | string; readonly maxUnavailable?: number | string };
  /** Of the pods: what makes them stubborn, for one. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly graceSeconds?: number;
}

export const ordinaryWorkloads: readonly Workload[] = [
  { namespace: 'shop', name: 'web', kind: 'Deployment', replicas: 3, emptyDir: true, budget: { minAvailable: 1 } },
  { namespace: 'shop', name: 'api', kind: 'Deployment', replicas: 2 },
];

export const configurationText = (cluster: string, endpoint: string, version: string): string =>
  clusterConfiguration.replaceAll('CLUSTER', cluster).replace('ENDPOINT', endpoint).replace('VERSION', version);

const configMap = (maker: Maker, name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(maker, { name, namespace: 'kube-system' }),
  data,
});

export const configMaps = (maker: Maker, cluster: string, endpoint: string, version: string): readonly KubeObject[] => [
  configMap(maker, 'kubeadm-config', { ClusterConfiguration: configurationText(cluster, endpoint, version) }),
  configMap(maker, 'kubelet-config', { kubelet: kubeletConfiguration }),
  configMap(maker, 'coredns', { Corefile: '.:53 {\n    errors\n    health\n    ready\n}\n' }),
  configMap(maker, 'kube-proxy', { 'config.conf': 'kind: KubeProxyConfiguration\nmode: iptables\n' }),
];

export const namespaceObject = (maker: Maker, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: metadata(maker, { name, labels: { 'kubernetes.io/metadata.name': name } }),
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

export interface WorkloadWish {
  readonly kind: WorkloadObject['kind'];
  readonly name: string;
  readonly namespace: string;
  readonly replicas?: number;
  readonly labels: Record<string, string>;
  readonly selector?: LabelSelector;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export const workloadObject = (maker: Maker, wish: WorkloadWish): WorkloadObject => ({
  apiVersion: 'apps/v1',
  kind: wish.kind,
  metadata: metadata(maker, { name: wish.name, namespace: wish.namespace, labels: wish.labels, generation: 1 }),
  spec: {
    ...(wish.replicas === undefined ? {} : { replicas: wish.replicas }),
    selector: { matchLabels: wish.labels },
    template: {
      metadata: {
        labels: wish.labels,
        ...(wish.annotations === undefined ? {} : { annotations: { ...wish.annotations } }),
      },
      spec: wish.spec,
    },
  },
  status: {},
});

export const coreDns = (maker: Maker, version: string): WorkloadObject =>
  workloadObject(maker, {
    kind: 'Deployment',
    name: 'coredns',
    namespace: 'kube-system',
    replicas: 2,
    labels: { 'k8s-app': 'kube-dns' },
    spec: {
      priorityClassName: 'system-cluster-critical',
      tolerations: [
        { key: 'CriticalAddonsOnly', operator: 'Exists' },
        { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
      ],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      containers: [
        {
          name: 'coredns',
          image: `registry.k8s.io/coredns/coredns:${companionsOf(version).coredns}`,
          resources: { requests: { cpu: '100m', memory: '70Mi' } },
        },
      ],
    },
  });

export const kubeProxy = (maker: Maker, version: string): WorkloadObject =>
  workloadObject(maker, {
    kind: 'DaemonSet',
    name: 'kube-proxy',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-proxy' },
    spec: {
      priorityClassName: 'system-node-critical',
      hostNetwork: true,
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'kube-proxy', image: `registry.k8s.io/kube-proxy:v${version}` }],
    },
  });

const image = 'registry.k8s.io/e2e-test-images/agnhost:2.59';

export const userWorkload = (maker: Maker, wish: Workload): WorkloadObject =>
  workloadObject(maker, {
    kind: wish.kind,
    name: wish.name,
    namespace: wish.namespace,
    ...(wish.kind === 'DaemonSet' ? {} : { replicas: wish.replicas ?? 1 }),
    labels: { app: wish.name },
    ...(wish.annotations === undefined ? {} : { annotations: wish.annotations }),
    spec: {
      containers: [{ name: wish.name, image }],
      terminationGracePeriodSeconds: wish.graceSeconds ?? 30,
      ...(wish.emptyDir === true ? { volumes: [{ name: 'scratch', emptyDir: {} }] } : {}),
    },
  });

export const budgetObject = (maker: Maker, { name, namespace, budget = {} }: Workload): BudgetObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadata(maker, { name, namespace, generation: 1 }),
  spec: { ...budget, selector: { matchLabels: { app: name } } },
  status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, observedGeneration: 1 },
});

/** What `GET /version` says. Recorded on the lab, 1.35.4. */
export const versionText = (version: string): string => {
  const minor = Number(minorOf(version).split('.')[1]);
  const fields = {
    major: '1',
    minor: String(minor),
    emulationMajor: '1',
    emulationMinor: String(minor),
    minCompatibilityMajor: '1',
    minCompatibilityMinor: String(minor - 1),
    gitVersion: `v${version}`,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: companionsOf(version).goVersion,
    compiler: 'gc',
    platform: 'linux/amd64',
  };
  return JSON.stringify(fields, undefined, 2);
};
