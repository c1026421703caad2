import type { World } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { updateBudgets } from './budgets.ts';
import {
  budgetObject,
  configMaps,
  coreDns,
  kubeProxy,
  namespaceObject,
  userWorkload,
  type Workload,
} from './first-objects.ts';
import { nodeLease, nodeObject } from './first-nodes.ts';
import { listOf, type Maker, type PodObject, type WorkloadObject } from './objects.ts';
import { runningStatus } from './pod-status.ts';
import { fits, fitsDaemon } from './scheduler.ts';
import { makePod, podName } from './workloads.ts';
import type { NodeObject } from './objects.ts';

/** A day before the simulation begins. */
const age = 86_400_000;

const run = (store: ObjectStore, pod: PodObject, node: NodeObject, at: number): void => {
  pod.spec.nodeName = node.metadata.name;
  pod.status = runningStatus(pod.spec, { ready: true, at, since: at });
  store.seed(pod);
};

const statusOf = (workload: WorkloadObject, count: number): Record<string, number> =>
  workload.kind === 'DaemonSet'
    ? {
        observedGeneration: 1,
        desiredNumberScheduled: count,
        currentNumberScheduled: count,
        updatedNumberScheduled: count,
        numberReady: count,
        numberAvailable: count,
      }
    : {
        observedGeneration: 1,
        replicas: count,
        updatedReplicas: count,
        readyReplicas: count,
        availableReplicas: count,
      };

/** The pods of a workload, spread over the nodes that may run them. */
const runWorkload = (
  store: ObjectStore,
  maker: Maker,
  workload: WorkloadObject,
  nodes: readonly NodeObject[],
): void => {
  store.seed(workload);
  const { spec } = workload.spec.template;
  const fitting = nodes.filter((node) => (workload.kind === 'DaemonSet' ? fitsDaemon(spec, node) : fits(spec, node)));
  // CoreDNS was there before the workers joined: both of its pods are on the first control plane (recorded).
  const places = workload.metadata.name === 'coredns' ? fitting.slice(0, 1) : fitting;
  const count = workload.kind === 'DaemonSet' ? places.length : places.length === 0 ? 0 : (workload.spec.replicas ?? 1);
  for (let index = 0; index < count; index += 1) {
    const node = places[index % places.length];
    const name = workload.kind === 'StatefulSet' ? `${workload.metadata.name}-${index}` : podName(maker, workload);
    if (node !== undefined) run(store, makePod(maker, workload, name), node, maker.now());
  }
  workload.status = statusOf(workload, count);
};

/** All that the API held before the simulation began. */
export const seedObjects = (
  world: World,
  store: ObjectStore,
  now: Maker,
  version: string,
  workloads: readonly Workload[],
): void => {
  const maker: Maker = { random: now.random, now: () => now.now() - age };
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  for (const name of new Set([...namespaces, ...workloads.map(({ namespace }) => namespace)]))
    store.seed(namespaceObject(maker, name));
  let index = 0;
  for (const host of world.hosts.values()) {
    store.seed(nodeObject(maker, host, { version, index, alone: world.hosts.size === 1 }));
    store.seed(nodeLease(maker, host));
    index += 1;
  }
  for (const map of configMaps(maker, world.cluster, world.endpoint, version)) store.seed(map);
  const nodes = listOf(store, 'Node');
  runWorkload(store, maker, coreDns(maker, version), nodes);
  runWorkload(store, maker, kubeProxy(maker, version), nodes);
  for (const workload of workloads) {
    runWorkload(store, maker, userWorkload(maker, workload), nodes);
    if (workload.budget !== undefined) store.seed(budgetObject(maker, workload));
    updateBudgets(store, workload.namespace);
  }
};
