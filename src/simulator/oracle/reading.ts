import type { SeenHost, SeenWorld } from './seen-world.ts';
import type { EtcdMember, KubeObject } from '../world/world.ts';
import { upstream } from './version.ts';

/** The packages that Kubernetes' own repository offers. */
export const kubernetesPackages: ReadonlySet<string> = new Set([
  'kubeadm',
  'kubelet',
  'kubectl',
  'kubernetes-cni',
  'cri-tools',
]);

/** Those of them whose version is Kubernetes' own. */
export const versionedPackages: ReadonlySet<string> = new Set(['kubeadm', 'kubelet', 'kubectl']);

/** Whether a kubeadm command line replaces static pods: `plan`, `version` and the phase of the kubelet's configuration do not. */
export const changesControlPlane = (command: string): boolean =>
  command.includes('upgrade apply') ||
  (command.includes('upgrade node') && !command.includes('upgrade node phase kubelet-config'));

export const controlPlanes = (world: SeenWorld): readonly SeenHost[] =>
  [...world.hosts.values()].filter(({ role }) => role === 'control-plane');

export const workers = (world: SeenWorld): readonly SeenHost[] =>
  [...world.hosts.values()].filter(({ role }) => role === 'worker');

interface NodeFields {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly effect: string }[] };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly kubeletVersion?: string };
  };
}

const nodeFields = (world: SeenWorld, name: string): (KubeObject & NodeFields) | undefined =>
  world.objects.get('Node', undefined, name);

export const isUnschedulable = (world: SeenWorld, node: string): boolean =>
  nodeFields(world, node)?.spec?.unschedulable === true;

/** Whether an ordinary pod could go there: neither cordoned nor tainted. */
export const takesPods = (world: SeenWorld, node: string): boolean =>
  !isUnschedulable(world, node) &&
  !(nodeFields(world, node)?.spec?.taints ?? []).some(({ effect }) => effect !== 'PreferNoSchedule');

export const isReady = (world: SeenWorld, node: string): boolean =>
  nodeFields(world, node)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ===
  true;

/** Without `v`. */
export const registeredVersion = (world: SeenWorld, node: string): string | undefined =>
  nodeFields(world, node)?.status?.nodeInfo?.kubeletVersion?.replace(/^v/, '');

/** The annotation by which a run says that it cordoned a node (design.md, section 2). */
export const cordonMark = (world: SeenWorld, node: string): string | undefined =>
  nodeFields(world, node)?.metadata.annotations?.['nodeops.dev/cordoned-by'];

/** Whether a node bears the mark of an operator who took it out with nodeops (docs/nodes.md). */
export const isKeptOut = (world: SeenWorld, node: string): boolean =>
  nodeFields(world, node)?.metadata.annotations?.['nodeops.dev/kept-out-by'] !== undefined;

interface PodFields {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Pods that a drain would have moved: no mirror pods, none of a DaemonSet, none that has come to its end. */
export const workloadPods = (world: SeenWorld, node: string): readonly KubeObject[] =>
  world.objects.list('Pod').filter((pod: KubeObject & PodFields) => {
    if (pod.spec?.nodeName !== node) return false;
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return false;
    if (pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') === true) return false;
    return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
  });

/** Entries of the log that a member may be behind and still be caught up. */
const mayLag = 10_000;

/** Why a member is not started, a voter, healthy, caught up and free of alarms; undefined when it is all that. */
export const memberTrouble = (world: SeenWorld, member: EtcdMember): string | undefined => {
  const host = world.hosts.get(member.host);
  if (host?.power !== 'up') return 'its host is down';
  if (host.components.get('etcd')?.state !== 'running') return 'it does not run';
  if (member.learner) return 'it is a learner';
  if (member.alarm !== undefined) return `it has the alarm ${member.alarm}`;
  if (member.lag > mayLag) return `it lags behind by ${member.lag} entries`;
  return undefined;
};

/** Why a node is not what verifying it would call well; undefined when it is. */
export const nodeTrouble = (world: SeenWorld, host: SeenHost): string | undefined => {
  if (host.power !== 'up') return 'it is down';
  if (host.kubelet.running === undefined)
    return `its kubelet does not run${host.kubelet.crashes === undefined ? '' : `: ${host.kubelet.crashes}`}`;
  const installed = host.packages.get('kubelet');
  if (installed === undefined || installed.status !== 'installed') return 'its kubelet package is not whole';
  if (upstream(installed.version) !== host.kubelet.running)
    return `its kubelet runs ${host.kubelet.running}, installed is ${upstream(installed.version)}`;
  for (const component of host.components.values())
    if (component.state !== 'running') return `its ${component.name} is ${component.state}`;
  return isReady(world, host.name) ? undefined : 'it is not Ready';
};

/** The minor that the host's package repository offers: `1.36`; undefined when no source of Kubernetes is there. */
export const repositoryMinor = (host: SeenHost): string | undefined => {
  const directory = '/etc/apt/sources.list.d';
  if (host.files.stat(directory) === undefined) return undefined;
  for (const name of host.files.list(directory)) {
    if (!name.endsWith('.list') && !name.endsWith('.sources')) continue;
    const minor = /\/v(1\.\d+)\//.exec(host.files.read(`${directory}/${name}`))?.[1];
    if (minor !== undefined) return minor;
  }
  return undefined;
};

/** What a host's kubelet talks to the API with; empty where there is no such file. */
export const kubeletConfOf = ({ files }: SeenHost): string => {
  const path = '/etc/kubernetes/kubelet.conf';
  return files.stat(path) === undefined ? '' : files.read(path);
};

/** The control planes that a host's kubelet.conf can reach: its own one, or all behind what is not one host's address. */
export const reachableControlPlanes = (world: SeenWorld, host: SeenHost): readonly SeenHost[] => {
  const address = /^\s*server: *https:\/\/([^:/\s]+)/m.exec(kubeletConfOf(host))?.[1];
  const all = controlPlanes(world);
  const one = all.filter((each) => each.address === address);
  return one.length > 0 ? one : all;
};
