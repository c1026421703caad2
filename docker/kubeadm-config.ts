import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { minorNumber } from './versions.ts';

/** Which control groups the host, and so every node, has. */
export const cgroupsHere = (): 1 | 2 => (existsSync('/sys/fs/cgroup/cgroup.controllers') ? 2 : 1);

/** Preflight checks that cannot pass in a container; the first also for upgrades. */
export const ignoredPreflightErrors = [
  'SystemVerification',
  'Swap',
  'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables',
];

export interface InitWish {
  readonly cluster: string;
  readonly version: string;
  readonly endpoint: string;
  readonly podSubnet: string;
  readonly cgroups: 1 | 2;
  readonly certificateKey: string;
  /** Whether the control planes may run ordinary pods: needed where there are no workers. */
  readonly schedulable: boolean;
  /** Where etcd is that runs on hosts of its own; missing where kubeadm makes its static pod. */
  readonly externalEtcd?: ExternalEtcd;
}

/** As kubeadm's ClusterConfiguration has it: addresses of the members, and files on every control plane. */
export interface ExternalEtcd {
  readonly endpoints: readonly string[];
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What kubelets and kube-proxy of a cluster in containers are told, for whoever else makes one. */
export const componentConfigurations = (wish: Pick<InitWish, 'version' | 'cgroups'>): string =>
  [kubelet(wish), kubeProxy].map((document) => stringify(document)).join('---\n');

/** The configuration file for `kubeadm init`. Source: kubeadm's v1beta4 reference, and the lab's facts. */
export function initConfiguration(wish: InitWish): string {
  return [init(wish), cluster(wish), kubelet(wish), kubeProxy].map((document) => stringify(document)).join('---\n');
}

const init = (wish: InitWish): object => ({
  apiVersion: 'kubeadm.k8s.io/v1beta4',
  kind: 'InitConfiguration',
  certificateKey: wish.certificateKey,
  nodeRegistration: {
    criSocket: 'unix:///run/containerd/containerd.sock',
    ignorePreflightErrors: ignoredPreflightErrors,
    ...(wish.schedulable ? { taints: [] } : {}),
  },
});

const cluster = (wish: InitWish): object => ({
  apiVersion: 'kubeadm.k8s.io/v1beta4',
  kind: 'ClusterConfiguration',
  kubernetesVersion: `v${wish.version}`,
  clusterName: wish.cluster,
  controlPlaneEndpoint: wish.endpoint,
  networking: { podSubnet: wish.podSubnet },
  ...(wish.externalEtcd === undefined ? {} : { etcd: { external: wish.externalEtcd } }),
});

const kubelet = (wish: Pick<InitWish, 'version' | 'cgroups'>): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // Control groups v1 in a container: systemd as pid 1 does not get a tree that runc's systemd driver could use.
  cgroupDriver: wish.cgroups === 1 ? 'cgroupfs' : 'systemd',
  // Known from 1.31; a kubelet 1.35 and newer refuses v1 without it.
  ...(minorNumber(wish.version) >= 31 ? { failCgroupV1: false } : {}),
  failSwapOn: false,
  resolvConf: '/etc/kubernetes/resolv.conf',
  // All nodes share the host's disk: how full that is says nothing about a node.
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'nodefs.available': '0%', 'nodefs.inodesFree': '0%', 'imagefs.available': '0%' },
});

const kubeProxy = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  // The table's size belongs to the host.
  conntrack: { maxPerCore: 0 },
};
