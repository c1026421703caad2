import { z } from 'zod';
import { hashOf } from './hash.ts';
import type { ClusterState, NodeState, PodState, WorkloadState } from './state.ts';

const strings = z.record(z.string(), z.string());
const condition = z.looseObject({ type: z.string(), status: z.string() });
const item = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    generation: z.number().optional(),
    labels: strings.optional(),
    annotations: strings.optional(),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })).optional(),
  }),
  spec: z
    .looseObject({
      unschedulable: z.boolean().optional(),
      taints: z.array(z.looseObject({ key: z.string(), value: z.string().optional(), effect: z.string() })).optional(),
      nodeName: z.string().optional(),
      priorityClassName: z.string().optional(),
      volumes: z.array(z.looseObject({ name: z.string(), emptyDir: z.looseObject({}).optional() })).optional(),
      containers: z.array(z.looseObject({ image: z.string() })).optional(),
      replicas: z.number().optional(),
      template: z
        .looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }) })
        .optional(),
      minAvailable: z.union([z.number(), z.string()]).optional(),
      maxUnavailable: z.union([z.number(), z.string()]).optional(),
      holderIdentity: z.string().optional(),
      leaseTransitions: z.number().optional(),
    })
    .optional(),
  status: z
    .looseObject({
      phase: z.string().optional(),
      conditions: z.array(condition).optional(),
      nodeInfo: z
        .looseObject({
          kubeletVersion: z.string(),
          machineID: z.string(),
          systemUUID: z.string(),
          containerRuntimeVersion: z.string(),
          osImage: z.string(),
        })
        .optional(),
      disruptionsAllowed: z.number().optional(),
      readyReplicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
      updatedNumberScheduled: z.number().optional(),
    })
    .optional(),
  data: strings.optional(),
});

type Item = z.infer<typeof item>;

const readyOf = ({ status }: Item): string =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'none';

const ours = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('nodeops.dev/')));

const nodeState = (node: Item): NodeState => ({
  name: node.metadata.name,
  cordoned: node.spec?.unschedulable ?? false,
  annotations: ours(node.metadata.annotations),
  taints: (node.spec?.taints ?? []).map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).toSorted(),
  ready: readyOf(node),
  kubelet: node.status?.nodeInfo?.kubeletVersion ?? '',
  machineId: node.status?.nodeInfo?.machineID ?? '',
  systemUuid: node.status?.nodeInfo?.systemUUID ?? '',
  runtime: node.status?.nodeInfo?.containerRuntimeVersion ?? '',
  osImage: node.status?.nodeInfo?.osImage ?? '',
});

const podState = (pod: Item): PodState => {
  const owner = pod.metadata.ownerReferences?.[0];
  const { nodeName, priorityClassName } = pod.spec ?? {};
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ...(nodeName === undefined ? {} : { node: nodeName }),
    phase: pod.status?.phase ?? '',
    ready: readyOf(pod) === 'True',
    deleting: pod.metadata.deletionTimestamp !== undefined,
    mirror: pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    ...(owner === undefined ? {} : { owner: `${owner.kind}/${owner.name}` }),
    labels: pod.metadata.labels ?? {},
    emptyDirs: (pod.spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
    images: (pod.spec?.containers ?? []).map(({ image }) => image),
    ...(priorityClassName === undefined ? {} : { priorityClass: priorityClassName }),
  };
};

const workloadState = ({ kind, metadata, spec, status }: Item): WorkloadState => ({
  namespace: metadata.namespace ?? '',
  kind,
  name: metadata.name,
  images: (spec?.template?.spec.containers ?? []).map(({ image }) => image),
  replicas: kind === 'DaemonSet' ? (status?.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 0),
  ready: status?.[kind === 'DaemonSet' ? 'numberReady' : 'readyReplicas'] ?? 0,
  updated: status?.[kind === 'DaemonSet' ? 'updatedNumberScheduled' : 'updatedReplicas'] ?? 0,
  generation: metadata.generation ?? 0,
});

const kept = new Set(['kubeadm-config', 'kubelet-config']);

/** Reduces what `kubectl get … -A -o json` printed to what both sides can have. @throws ZodError where it is something else. */
export const reduceCluster = (json: string, texts: Map<string, string>): ClusterState => {
  const { items } = z.object({ items: z.array(item) }).parse(JSON.parse(json));
  const of = (...kinds: readonly string[]): readonly Item[] => items.filter(({ kind }) => kinds.includes(kind));
  const hashed = (text: string): string => {
    const hash = hashOf(text);
    texts.set(hash, text);
    return hash;
  };
  return {
    nodes: of('Node').map(nodeState),
    pods: of('Pod').map(podState),
    workloads: of('Deployment', 'DaemonSet').map(workloadState),
    budgets: of('PodDisruptionBudget').map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      ...(spec?.minAvailable === undefined ? {} : { minAvailable: spec.minAvailable }),
      ...(spec?.maxUnavailable === undefined ? {} : { maxUnavailable: spec.maxUnavailable }),
      allowed: status?.disruptionsAllowed ?? 0,
    })),
    leases: of('Lease')
      .filter(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name.includes('nodeops'))
      .map(({ metadata, spec }) => ({
        name: metadata.name,
        holder: spec?.holderIdentity ?? '',
        transitions: spec?.leaseTransitions ?? 0,
        annotations: metadata.annotations ?? {},
      })),
    configMaps: Object.fromEntries(
      of('ConfigMap')
        .filter(({ metadata }) => metadata.namespace === 'kube-system' && kept.has(metadata.name))
        .map(({ metadata, data }) => [
          `${metadata.namespace}/${metadata.name}`,
          Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, hashed(text)])),
        ]),
    ),
  };
};
