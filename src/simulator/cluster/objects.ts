import type { Random } from '../random.ts';
import type { KubeObject, Objects } from '../world/world.ts';
import { seconds } from './clock-text.ts';

/** What makes objects: names and uids come from the world's chance, times from its clock. */
export interface Maker {
  readonly random: Random;
  now(): number;
}

export const uid = (random: Random): string => {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** Kubernetes leaves out vowels and what looks alike (apimachinery, util/rand). */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

export const suffix = (random: Random, length: number): string => {
  let text = '';
  while (text.length < length) text += letters.charAt(random.below(letters.length));
  return text;
};

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: KubeObject;
  readonly generation?: number;
}

export const metadata = (maker: Maker, meta: Meta): KubeObject['metadata'] => ({
  name: meta.name,
  ...(meta.namespace === undefined ? {} : { namespace: meta.namespace }),
  uid: uid(maker.random),
  resourceVersion: '0',
  creationTimestamp: seconds(maker.now()),
  ...(meta.generation === undefined ? {} : { generation: meta.generation }),
  ...(meta.labels === undefined ? {} : { labels: meta.labels }),
  ...(meta.annotations === undefined ? {} : { annotations: meta.annotations }),
  ...(meta.owner === undefined
    ? {}
    : {
        ownerReferences: [
          {
            apiVersion: meta.owner.apiVersion,
            kind: meta.owner.kind,
            name: meta.owner.metadata.name,
            uid: meta.owner.metadata.uid,
            controller: true,
          },
        ],
      }),
});

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface NodeObject extends KubeObject {
  spec: { podCIDR?: string; unschedulable?: boolean; taints?: Taint[] };
  status: {
    allocatable: Record<string, string>;
    conditions: Condition[];
    addresses: { type: string; address: string }[];
    nodeInfo: Record<string, string>;
  };
}

export interface Container {
  name: string;
  image: string;
  resources?: { requests: Record<string, string> };
  ports?: { containerPort: number; hostPort: number }[];
}

export interface PodSpec {
  nodeName?: string;
  priorityClassName?: string;
  hostNetwork?: boolean;
  terminationGracePeriodSeconds?: number;
  tolerations?: { key?: string; operator?: string; effect?: string; tolerationSeconds?: number }[];
  nodeSelector?: Record<string, string>;
  affinity?: object;
  initContainers?: { name: string; image: string }[];
  containers: Container[];
  volumes?: { name: string; emptyDir?: Record<string, unknown>; hostPath?: { path: string } }[];
}

export interface ContainerStatus {
  image: string;
  name: string;
  ready: boolean;
  restartCount: number;
  started: boolean;
  state: { running: { startedAt: string } };
}

export interface PodObject extends KubeObject {
  spec: PodSpec;
  status: { phase: string; conditions?: Condition[]; containerStatuses?: ContainerStatus[] };
}

export interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Deployment, StatefulSet or DaemonSet: `status` is its controller's. */
export interface WorkloadObject extends KubeObject {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  spec: { replicas?: number; selector: LabelSelector; template: Template };
  status: Record<string, number>;
}

export interface BudgetObject extends KubeObject {
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector };
  status: {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration: number;
    conditions?: { type: string; status: string; reason: string }[];
    disruptedPods?: Record<string, string>;
  };
}

export interface LeaseObject extends KubeObject {
  spec: { holderIdentity: string; leaseDurationSeconds?: number; renewTime: string; acquireTime?: string };
}

export interface ConfigMapObject extends KubeObject {
  data: Record<string, string>;
}

export interface JobObject extends KubeObject {
  spec: { template: Template; backoffLimit?: number };
  status: { active?: number; succeeded?: number };
}

export const isKubeObject = (value: unknown): value is KubeObject =>
  typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;

export const isNode = (object: KubeObject): object is NodeObject => object.kind === 'Node';
export const isPod = (object: KubeObject): object is PodObject => object.kind === 'Pod';
export const isBudget = (object: KubeObject): object is BudgetObject => object.kind === 'PodDisruptionBudget';
export const isLease = (object: KubeObject): object is LeaseObject => object.kind === 'Lease';
export const isWorkload = (object: KubeObject): object is WorkloadObject =>
  object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'DaemonSet';

export const conditionOf = (object: { status: { conditions?: Condition[] } }, type: string): Condition | undefined =>
  object.status.conditions?.find((condition) => condition.type === type);

export const isReady = (object: { status: { conditions?: Condition[] } }): boolean =>
  conditionOf(object, 'Ready')?.status === 'True';

export const isMirror = (pod: KubeObject): boolean =>
  pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** A selector that is missing selects nothing; an empty one everything. Source: policy/v1, LabelSelector. */
export const selects = (selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean => {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'In') return value !== undefined && values.includes(value);
    if (operator === 'NotIn') return value === undefined || !values.includes(value);
    return operator === 'Exists' ? value !== undefined : value === undefined;
  });
};

/** What each kind of object looks like. */
export interface Kinds {
  readonly Pod: PodObject;
  readonly Node: NodeObject;
  readonly Deployment: WorkloadObject;
  readonly StatefulSet: WorkloadObject;
  readonly DaemonSet: WorkloadObject;
  readonly PodDisruptionBudget: BudgetObject;
  readonly Lease: LeaseObject;
  readonly ConfigMap: ConfigMapObject;
  readonly Job: JobObject;
}

/** Objects of one kind, in the order of the API. */
export const listOf = <K extends keyof Kinds>(
  objects: Pick<Objects, 'list'>,
  kind: K,
  namespace?: string,
): readonly Kinds[K][] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the store keeps objects by their kind
  objects.list(kind, namespace) as readonly Kinds[K][];

export const objectOf = <K extends keyof Kinds>(
  objects: Pick<Objects, 'get'>,
  kind: K,
  namespace: string | undefined,
  name: string,
): Kinds[K] | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the store keeps objects by their kind
  objects.get(kind, namespace, name) as Kinds[K] | undefined;
