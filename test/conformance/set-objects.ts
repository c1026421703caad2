import type { ClusterState, PodState } from '../../docker/record/state.ts';
import { podConditions } from '../../src/simulator/cluster/pod-status.ts';
import {
  isMirror,
  listOf,
  type Maker,
  metadata,
  objectOf,
  type PodObject,
  type WorkloadObject,
} from '../../src/simulator/cluster/objects.ts';
import { makePod } from '../../src/simulator/cluster/workloads.ts';
import { byCluster } from '../../src/simulator/world/actor.ts';
import type { World } from '../../src/simulator/world/host.ts';

const workloadOf = (world: World, { owner, namespace }: PodState): WorkloadObject | undefined => {
  const name = owner?.split('/')[1] ?? '';
  return owner?.startsWith('DaemonSet/') === true
    ? objectOf(world.objects, 'DaemonSet', namespace, name)
    : objectOf(world.objects, 'Deployment', namespace, name.replace(/-[^-]+$/, ''));
};

const barePod = (maker: Maker, { name, namespace, labels, images }: PodState): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(maker, { name, namespace, labels: { ...labels } }),
  spec: { containers: images.map((image, at) => ({ name: `c${at}`, image })), terminationGracePeriodSeconds: 1 },
  status: { phase: 'Pending' },
});

const podFrom = (world: World, maker: Maker, recorded: PodState): PodObject => {
  const workload = workloadOf(world, recorded);
  const pod =
    workload === undefined ? barePod(maker, recorded) : makePod(maker, workload, recorded.name, recorded.node);
  if (recorded.node !== undefined) pod.spec.nodeName = recorded.node;
  if (recorded.emptyDirs.length > 0) pod.spec.volumes = recorded.emptyDirs.map((name) => ({ name, emptyDir: {} }));
  pod.status =
    recorded.phase === 'Pending'
      ? { phase: 'Pending' }
      : { phase: recorded.phase, conditions: podConditions(recorded.ready, world.kernel.now) };
  return pod;
};

const setPods = (world: World, maker: Maker, recorded: readonly PodState[]): void => {
  for (const pod of listOf(world.objects, 'Pod').filter((one) => !isMirror(one)))
    world.objects.remove('Pod', pod.metadata.namespace, pod.metadata.name, byCluster);
  // A Job's pods are gone with it before anybody looks.
  const lasting = recorded.filter(({ mirror, owner }) => !mirror && owner?.startsWith('Job/') !== true);
  for (const one of lasting) world.objects.put(podFrom(world, maker, one), byCluster);
};

const setNodes = (world: World, { nodes }: ClusterState): void => {
  for (const { name, cordoned, annotations, kubelet } of nodes) {
    const node = objectOf(world.objects, 'Node', undefined, name);
    if (node === undefined) throw new Error(`the simulated cluster has no node ${name}`);
    if (cordoned) node.spec.unschedulable = true;
    node.metadata.annotations = { ...node.metadata.annotations, ...annotations };
    node.status.nodeInfo['kubeletVersion'] = kubelet;
    world.objects.put(node, byCluster);
  }
};

const setLeases = (world: World, maker: Maker, { leases }: ClusterState): void => {
  for (const { name, holder, transitions, annotations } of leases) {
    const at = new Date(world.kernel.now).toISOString().replace('Z', '000Z');
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: 60,
      acquireTime: at,
      renewTime: at,
      leaseTransitions: transitions,
    };
    const about = metadata(maker, { name, namespace: 'kube-system', annotations: { ...annotations } });
    world.objects.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: about, spec }, byCluster);
  }
};

const setConfigMaps = (world: World, { configMaps }: ClusterState, texts: ReadonlyMap<string, string>): void => {
  for (const [path, keys] of Object.entries(configMaps)) {
    const [namespace, name = ''] = path.split('/');
    const map = objectOf(world.objects, 'ConfigMap', namespace, name);
    if (map === undefined) throw new Error(`the simulated cluster has no ${path}`);
    for (const [key, hash] of Object.entries(keys)) map.data[key] = texts.get(hash) ?? '';
    world.objects.put(map, byCluster);
  }
};

/** Puts what the API held into a simulated cluster whose control plane has that version already. */
export const setObjects = (world: World, cluster: ClusterState, texts: ReadonlyMap<string, string>): void => {
  const maker: Maker = { random: world.random, now: () => world.kernel.now - 3_600_000 };
  for (const { kind, namespace, name, images, generation } of cluster.workloads) {
    if (kind !== 'Deployment' && kind !== 'DaemonSet') continue;
    const workload = objectOf(world.objects, kind, namespace, name);
    const container = workload?.spec.template.spec.containers[0];
    if (workload === undefined || container === undefined) throw new Error(`no simulated ${kind} ${name}`);
    const image = images[0] ?? container.image;
    const { template } = workload.spec;
    workload.metadata.generation = generation;
    workload.status = { ...workload.status, observedGeneration: generation };
    if (image !== container.image)
      workload.spec.template = { ...template, spec: { ...template.spec, containers: [{ ...container, image }] } };
    world.objects.put(workload, byCluster);
  }
  setNodes(world, cluster);
  setPods(world, maker, cluster.pods);
  setLeases(world, maker, cluster);
  setConfigMaps(world, cluster, texts);
};
