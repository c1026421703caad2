import { byCluster } from '../world/actor.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { isReady, listOf, type NodeObject, type PodSpec, type Taint } from './objects.ts';

const tolerates = (spec: PodSpec, taint: Taint): boolean =>
  (spec.tolerations ?? []).some(
    ({ key, operator = 'Equal', effect }) =>
      (effect === undefined || effect === taint.effect) &&
      (key === undefined ? operator === 'Exists' : key === taint.key),
  );

/** Whether the scheduler may put a pod of this kind on that node. */
export const fits = (spec: PodSpec, node: NodeObject): boolean =>
  isReady(node) &&
  (node.spec.unschedulable !== true ||
    tolerates(spec, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })) &&
  (node.spec.taints ?? []).every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(spec, taint));

/** Daemon pods go wherever no taint forbids it, ready or not: they tolerate what the node controller sets. */
export const fitsDaemon = (spec: PodSpec, node: NodeObject): boolean =>
  (node.spec.taints ?? []).every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' || taint.key.startsWith('node.kubernetes.io/') || tolerates(spec, taint),
  );

/** Binds what waits to the node that carries the least; what fits nowhere goes on waiting. Says whether it bound any. */
export const schedule = (store: ObjectStore): boolean => {
  const pods = listOf(store, 'Pod');
  const waiting = pods.filter(
    ({ spec, metadata }) => spec.nodeName === undefined && metadata.deletionTimestamp === undefined,
  );
  let bound = false;
  for (const pod of waiting) {
    const fitting = listOf(store, 'Node').filter((node) => fits(pod.spec, node));
    const load = ({ metadata }: NodeObject): number =>
      pods.filter(({ spec }) => spec.nodeName === metadata.name).length;
    const [best] = fitting.toSorted((a, b) => load(a) - load(b));
    if (best === undefined) continue;
    pod.spec.nodeName = best.metadata.name;
    pod.status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] };
    store.put(pod, byCluster);
    bound = true;
  }
  return bound;
};
