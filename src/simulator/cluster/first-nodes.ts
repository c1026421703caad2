import type { Host } from '../world/host.ts';
import { micros, seconds } from './clock-text.ts';
import { byCluster } from '../world/actor.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { kubeadmFlagsFile } from './kubelet.ts';
import { conditionOf, listOf, metadata, type LeaseObject, type Maker, type NodeObject, type Taint } from './objects.ts';

/** What `kubeadm` marks a control plane with. */
export const roleLabels = {
  'node-role.kubernetes.io/control-plane': '',
  'node.kubernetes.io/exclude-from-external-load-balancers': '',
};

/** As the lab's nodes have it. */
const allocatable = {
  cpu: '2',
  'ephemeral-storage': '264212084Ki',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '24684092Ki',
  pods: '110',
};

export interface NodeWish {
  readonly version: string;
  /** Counted from 0. */
  readonly index: number;
  /** The only node of a cluster has its taint taken away, or nothing could run there. */
  readonly alone: boolean;
  /** Its kubelet has just made it: label and taint of a control plane are kubeadm's to add. */
  readonly unmarked?: boolean;
  /** What its kubelet was told to register itself with (`--register-with-taints`). */
  readonly taints?: readonly Taint[];
}

export const controlPlaneTaint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const;

export const nodeObject = (maker: Maker, host: Host, wish: NodeWish): NodeObject => {
  const { version, index, alone, unmarked = false, taints = [] } = wish;
  const controlPlane = host.role === 'control-plane' && !unmarked;
  const given = controlPlane && !alone ? [{ ...controlPlaneTaint }] : [...taints];
  const at = seconds(maker.now());
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadata(maker, {
      name: host.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': host.name,
        'kubernetes.io/os': 'linux',
        ...(controlPlane ? roleLabels : {}),
      },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    }),
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      ...(given.length === 0 ? {} : { taints: [...given] }),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: host.address },
        { type: 'Hostname', address: host.name },
      ],
      allocatable: { ...allocatable },
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
        type,
        status: type === 'Ready' ? 'True' : 'False',
        reason: type === 'Ready' ? 'KubeletReady' : 'KubeletHasNoPressure',
        message: type === 'Ready' ? 'kubelet is posting ready status' : 'kubelet has no pressure',
        lastTransitionTime: at,
      })),
      nodeInfo: {
        architecture: 'amd64',
        bootID: host.boot.id,
        containerRuntimeVersion: 'containerd://1.6.20',
        kernelVersion: host.boot.release,
        kubeProxyVersion: '',
        kubeletVersion: `v${version}`,
        machineID: host.machineId,
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: host.machineId,
      },
    },
  };
};

/** The range of pods that no node has yet: they are handed out in the order of joining, those that are free again first. */
const freeIndex = (store: ObjectStore): number => {
  const taken = new Set(listOf(store, 'Node').map(({ spec }) => spec.podCIDR));
  let index = 0;
  while (taken.has(`10.244.${index}.0/24`)) index += 1;
  return index;
};

const effects: readonly Taint['effect'][] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** `--register-with-taints=KEY=VALUE:EFFECT,…` of a kubelet's own flags. Source: kubelet, `--register-with-taints`. */
const flaggedTaints = ({ files }: Host): readonly Taint[] => {
  const text = files.stat(kubeadmFlagsFile) === undefined ? '' : files.read(kubeadmFlagsFile);
  const list = /--register-with-taints=([^ "]+)/.exec(text)?.[1];
  return (list?.split(',') ?? []).flatMap((each) => {
    const [, key = '', value = '', word] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(each) ?? [];
    const effect = effects.find((one) => one === word);
    return effect === undefined ? [] : [{ key, effect, ...(value === '' ? {} : { value }) }];
  });
};

/** A kubelet tells the API who it is: Ready only once its runtime has a network. */
export const registerNode = (store: ObjectStore, maker: Maker, host: Host, version: string): void => {
  const taints = flaggedTaints(host);
  const node = nodeObject(maker, host, { version, index: freeIndex(store), alone: false, unmarked: true, taints });
  const ready = conditionOf(node, 'Ready');
  if (ready !== undefined) {
    ready.status = 'False';
    ready.reason = 'KubeletNotReady';
    ready.message = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady';
  }
  store.put(node, byCluster);
  store.put(nodeLease(maker, host), byCluster);
};

export const nodeLease = (maker: Maker, host: Host): LeaseObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: metadata(maker, { name: host.name, namespace: 'kube-node-lease' }),
  spec: { holderIdentity: host.name, leaseDurationSeconds: 40, renewTime: micros(maker.now(), 0) },
});
