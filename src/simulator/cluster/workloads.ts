import { createHash } from 'node:crypto';
import { byCluster } from '../world/actor.ts';
import type { PodActions } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import type { KubeObject } from '../world/world.ts';
import {
  isReady,
  listOf,
  type Maker,
  metadata,
  type PodObject,
  type PodSpec,
  selects,
  suffix,
  type WorkloadObject,
} from './objects.ts';
import { fitsDaemon } from './scheduler.ts';

export interface WorkloadNeeds {
  readonly store: ObjectStore;
  readonly maker: Maker;
  readonly pods: PodActions;
}

const hashes = new WeakMap<object, string>();

/** Of a pod template, as the label `pod-template-hash` holds it; a template is replaced whole, never changed. */
export const templateHash = (template: object): string => {
  let hash = hashes.get(template);
  if (hash === undefined) {
    hash = createHash('md5')
      .update(JSON.stringify(template))
      .digest('hex')
      .slice(0, 10)
      .replaceAll(/[aeiou]/g, 'x');
    hashes.set(template, hash);
  }
  return hash;
};

/** Where a pod says which template it is of. */
const hashLabelOf = ({ kind }: WorkloadObject): string =>
  kind === 'Deployment' ? 'pod-template-hash' : 'controller-revision-hash';

const isOf =
  (workload: WorkloadObject, hash: string) =>
  ({ metadata: { labels } }: PodObject): boolean =>
    labels?.[hashLabelOf(workload)] === hash;

const awayTaints = ['not-ready', 'unreachable'].map((name) => ({
  effect: 'NoExecute',
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
}));
const pressureTaints = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'].map(
  (name) => ({ effect: 'NoSchedule', key: `node.kubernetes.io/${name}`, operator: 'Exists' }),
);

/** What admission, and the DaemonSet controller, add to a pod's specification (lab, 1.35.4). */
const completed = ({ kind, spec }: WorkloadObject, node: string | undefined): PodSpec => {
  const own = spec.template.spec;
  const added =
    kind === 'DaemonSet'
      ? [...awayTaints, ...pressureTaints]
      : awayTaints.map((taint) => ({ ...taint, tolerationSeconds: 300 }));
  const there = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [there] } };
  return {
    terminationGracePeriodSeconds: 30,
    ...own,
    tolerations: [...(own.tolerations ?? []), ...added],
    ...(node === undefined ? {} : { nodeName: node, affinity: { nodeAffinity: required } }),
  };
};
const here = (pod: PodObject): boolean => pod.metadata.deletionTimestamp === undefined;

const podsOf = (store: ObjectStore, workload: WorkloadObject): readonly PodObject[] =>
  listOf(store, 'Pod', workload.metadata.namespace).filter(
    (pod) => pod.metadata.ownerReferences !== undefined && selects(workload.spec.selector, pod.metadata.labels),
  );

/** A Deployment's pods belong to a ReplicaSet, which the simulator keeps by its name only. */
const ownerOf = (workload: WorkloadObject, hash: string): KubeObject => {
  if (workload.kind !== 'Deployment') return workload;
  const name = `${workload.metadata.name}-${hash}`;
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { ...workload.metadata, name } };
};

/** A pod as its controller makes it; not yet bound to a node, but for a DaemonSet's. */
export const makePod = (maker: Maker, workload: WorkloadObject, name: string, node?: string): PodObject => {
  const { template } = workload.spec;
  const hash = templateHash(template);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(maker, {
      name,
      namespace: workload.metadata.namespace ?? 'default',
      labels: {
        ...template.metadata.labels,
        [hashLabelOf(workload)]: hash,
        ...(workload.kind === 'DaemonSet' ? { 'pod-template-generation': '1' } : {}),
      },
      ...(template.metadata.annotations === undefined ? {} : { annotations: { ...template.metadata.annotations } }),
      owner: ownerOf(workload, hash),
    }),
    spec: completed(workload, workload.kind === 'DaemonSet' ? node : undefined),
    status: { phase: 'Pending' },
  };
};

export const podName = (maker: Maker, workload: WorkloadObject): string => {
  const { name } = workload.metadata;
  return workload.kind === 'Deployment'
    ? `${name}-${templateHash(workload.spec.template)}-${suffix(maker.random, 5)}`
    : `${name}-${suffix(maker.random, 5)}`;
};

const setStatus = (store: ObjectStore, workload: WorkloadObject, status: Record<string, number>): void => {
  for (const [key, value] of Object.entries(status))
    if (value === 0 && key !== 'desiredNumberScheduled') delete status[key];
  if (JSON.stringify(status) === JSON.stringify(workload.status)) return;
  workload.status = status;
  store.put(workload, byCluster);
};

/** Source: the deployment controller, RollingUpdate with 25 % each, rounded up and down; CoreDNS sets maxUnavailable 1. */
const reconcileDeployment = ({ store, maker, pods: actions }: WorkloadNeeds, workload: WorkloadObject): void => {
  const replicas = workload.spec.replicas ?? 1;
  const hash = templateHash(workload.spec.template);
  const isNew = isOf(workload, hash);
  const living = podsOf(store, workload).filter(here);
  const fresh = living.filter(isNew);
  const old = living.filter((pod) => !isNew(pod));
  const surge = old.length === 0 ? 0 : Math.ceil(replicas / 4);
  const unavailable = workload.metadata.name === 'coredns' ? 1 : Math.floor(replicas / 4);
  const wanted = Math.min(replicas - fresh.length, replicas + surge - living.length);
  for (let made = 0; made < wanted; made += 1) store.put(makePod(maker, workload, podName(maker, workload)), byCluster);
  for (const pod of fresh.slice(replicas)) actions.delete(pod, byCluster);
  let spare = living.filter((pod) => isReady(pod)).length - (replicas - unavailable);
  for (const pod of old.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))) {
    if (isReady(pod) && (spare -= 1) < 0) break;
    actions.delete(pod, byCluster);
  }
  const now = podsOf(store, workload).filter(here);
  const ready = now.filter((pod) => isReady(pod)).length;
  setStatus(store, workload, {
    observedGeneration: workload.metadata.generation ?? 1,
    replicas: now.length,
    updatedReplicas: now.filter(isNew).length,
    readyReplicas: ready,
    availableReplicas: ready,
  });
};

/** Ordinals one after another; a name is free again only when the pod before is quite gone. */
const reconcileStatefulSet = ({ store, maker, pods: actions }: WorkloadNeeds, workload: WorkloadObject): void => {
  const replicas = workload.spec.replicas ?? 1;
  const hash = templateHash(workload.spec.template);
  const pods = podsOf(store, workload);
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const name = `${workload.metadata.name}-${ordinal}`;
    const found = pods.find(({ metadata: { name: other } }) => other === name);
    if (found === undefined) store.put(makePod(maker, workload, name), byCluster);
    if (found === undefined || !here(found) || !isReady(found)) break;
  }
  const old = pods.filter((pod) => here(pod) && !isOf(workload, hash)(pod));
  const last = old.at(-1);
  if (last !== undefined && pods.every((pod) => here(pod) && isReady(pod))) actions.delete(last, byCluster);
  const now = podsOf(store, workload).filter(here);
  const ready = now.filter((pod) => isReady(pod)).length;
  setStatus(store, workload, {
    observedGeneration: workload.metadata.generation ?? 1,
    replicas: now.length,
    updatedReplicas: now.filter(isOf(workload, hash)).length,
    readyReplicas: ready,
    availableReplicas: ready,
  });
};

/** Source: the daemonset controller, RollingUpdate with maxUnavailable 1. */
const reconcileDaemonSet = ({ store, maker, pods: actions }: WorkloadNeeds, workload: WorkloadObject): void => {
  const hash = templateHash(workload.spec.template);
  const wanted = listOf(store, 'Node').filter((node) => fitsDaemon(workload.spec.template.spec, node));
  const pods = podsOf(store, workload);
  const on = new Map(pods.map((pod) => [pod.spec.nodeName, pod]));
  for (const { metadata: node } of wanted) {
    if (on.has(node.name)) continue;
    store.put(makePod(maker, workload, podName(maker, workload), node.name), byCluster);
  }
  const isOld = (pod: PodObject): boolean => here(pod) && !isOf(workload, hash)(pod);
  const broken = pods.filter((pod) => isOld(pod) && !isReady(pod));
  const away = wanted.length - pods.filter((pod) => here(pod) && isReady(pod)).length;
  const next = pods.find((pod) => isOld(pod) && isReady(pod));
  for (const pod of broken) actions.delete(pod, byCluster);
  if (broken.length === 0 && next !== undefined && away < 1) actions.delete(next, byCluster);
  const now = podsOf(store, workload).filter(here);
  const ready = now.filter((pod) => isReady(pod)).length;
  setStatus(store, workload, {
    observedGeneration: workload.metadata.generation ?? 1,
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: now.length,
    updatedNumberScheduled: now.filter(isOf(workload, hash)).length,
    numberReady: ready,
    numberAvailable: ready,
  });
};

/** One look of the controllers of kube-controller-manager: what is missing is made, what is too many goes. */
export const reconcile = (needs: WorkloadNeeds): void => {
  for (const one of listOf(needs.store, 'Deployment')) reconcileDeployment(needs, one);
  for (const one of listOf(needs.store, 'StatefulSet')) reconcileStatefulSet(needs, one);
  for (const one of listOf(needs.store, 'DaemonSet')) reconcileDaemonSet(needs, one);
};
