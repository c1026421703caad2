import { hashOf } from '../../docker/record/hash.ts';
import type { Texts } from '../../docker/record/probe.ts';
import type { ClusterState, LabState, MachineState, PodState, WorkloadState } from '../../docker/record/state.ts';
import { fromBytes } from '../../src/simulator/files/bytes.ts';
import { abbreviation, sortedPackages, wasInterrupted } from '../../src/simulator/host/package-state.ts';
import { isMirror, isReady, listOf, conditionOf } from '../../src/simulator/cluster/objects.ts';
import type { Host, World } from '../../src/simulator/world/host.ts';
import { showUnit } from '../../src/simulator/tools/host/systemctl-show.ts';

const filesBelow = (host: Host, directory: string): readonly string[] => {
  const { files } = host;
  if (files.stat(directory)?.kind !== 'directory') return [];
  return files.list(directory).flatMap((name) => {
    const path = `${directory}/${name}`;
    return files.linkStat(path)?.kind === 'directory' ? [`${path}/`, ...filesBelow(host, path)] : [path];
  });
};

const ofKubelet = [
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/instance-config.yaml',
  '/etc/default/kubelet',
];
const temporary = '/etc/kubernetes/tmp/';

/** As look.sh finds them: the files whose texts count. */
export const watchedFiles = (host: Host): readonly string[] =>
  [
    ...['/etc/kubernetes', '/etc/apt', '/etc/containerd/certs.d', '/var/lib/nodeops'].flatMap((directory) =>
      filesBelow(host, directory),
    ),
    ...ofKubelet.filter((path) => host.files.stat(path)?.kind === 'file'),
  ].filter((path) => !path.endsWith('/') && !path.startsWith(temporary));

const machineState = (host: Host, texts: Texts): MachineState => {
  const files = watchedFiles(host).map((path) => {
    const bytes = Buffer.from(host.files.read(path), 'latin1');
    const hash = hashOf(bytes);
    texts.set(hash, fromBytes(bytes.toString('latin1')));
    return [path, hash] as const;
  });
  const packages = sortedPackages(host);
  const units = [...host.units.values()].map((unit) => {
    const shown = showUnit(
      unit.name,
      unit,
      ['LoadState', 'ActiveState', 'SubState', 'Result', 'NeedDaemonReload'],
      false,
    );
    return [unit.name, shown.trim().split('\n').toSorted().join(' ')] as const;
  });
  const { running } = host.kubelet;
  return {
    packages: Object.fromEntries(packages.map((one) => [one.name, `${abbreviation(one).trim()} ${one.version}`])),
    held: packages.filter(({ held }) => held).map(({ name }) => name),
    interrupted: wasInterrupted(host),
    units: Object.fromEntries(units),
    ...(running === undefined ? {} : { kubelet: running }),
    files: Object.fromEntries(files),
    listing: [
      ...filesBelow(host, '/var/lib/nodeops'),
      ...filesBelow(host, '/etc/kubernetes/tmp').filter((path) => /^\/etc\/kubernetes\/tmp\/[^/]+\/$/.test(path)),
      ...filesBelow(host, '/var/lib/etcd').filter((path) => /^\/var\/lib\/etcd\/[^/]+$/.test(path)),
      ...filesBelow(host, '/var/lib/apt/lists').filter((path) => /^\/var\/lib\/apt\/lists\/[^/]*k8s[^/]*$/.test(path)),
    ].toSorted(),
    bootId: host.boot.id,
  };
};

const podStates = (world: World): readonly PodState[] =>
  listOf(world.objects, 'Pod').map((pod) => {
    const owner = pod.metadata.ownerReferences?.[0];
    return {
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name,
      ...(pod.spec.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
      phase: pod.status.phase,
      ready: isReady(pod),
      deleting: pod.metadata.deletionTimestamp !== undefined,
      mirror: isMirror(pod),
      ...(owner === undefined ? {} : { owner: `${owner.kind}/${owner.name}` }),
      labels: pod.metadata.labels ?? {},
      emptyDirs: (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
      images: pod.spec.containers.map(({ image }) => image),
    };
  });

const workloadStates = (world: World): readonly WorkloadState[] =>
  [...listOf(world.objects, 'Deployment'), ...listOf(world.objects, 'DaemonSet')].map(
    ({ kind, metadata, spec, status }) => ({
      namespace: metadata.namespace ?? '',
      kind,
      name: metadata.name,
      images: spec.template.spec.containers.map(({ image }) => image),
      replicas: kind === 'DaemonSet' ? (status['desiredNumberScheduled'] ?? 0) : (spec.replicas ?? 0),
      ready: status[kind === 'DaemonSet' ? 'numberReady' : 'readyReplicas'] ?? 0,
      updated: status[kind === 'DaemonSet' ? 'updatedNumberScheduled' : 'updatedReplicas'] ?? 0,
      generation: metadata.generation ?? 0,
    }),
  );

const ours = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('nodeops.dev/')));

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const clusterState = (world: World, texts: Texts): ClusterState => {
  const hashed = (data: string): string => {
    const hash = hashOf(data);
    texts.set(hash, data);
    return hash;
  };
  const maps = listOf(world.objects, 'ConfigMap', 'kube-system').filter(({ metadata }) =>
    ['kubeadm-config', 'kubelet-config'].includes(metadata.name),
  );
  return {
    nodes: listOf(world.objects, 'Node').map((node) => {
      const info = node.status.nodeInfo;
      return {
        name: node.metadata.name,
        cordoned: node.spec.unschedulable ?? false,
        annotations: ours(node.metadata.annotations),
        taints: (node.spec.taints ?? []).map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).toSorted(),
        ready: conditionOf(node, 'Ready')?.status ?? 'none',
        kubelet: info['kubeletVersion'] ?? '',
        machineId: info['machineID'] ?? '',
        systemUuid: info['systemUUID'] ?? '',
        runtime: info['containerRuntimeVersion'] ?? '',
        osImage: info['osImage'] ?? '',
      };
    }),
    pods: podStates(world),
    workloads: workloadStates(world),
    budgets: listOf(world.objects, 'PodDisruptionBudget').map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      ...(spec.minAvailable === undefined ? {} : { minAvailable: spec.minAvailable }),
      ...(spec.maxUnavailable === undefined ? {} : { maxUnavailable: spec.maxUnavailable }),
      allowed: status.disruptionsAllowed,
    })),
    leases: listOf(world.objects, 'Lease', 'kube-system').map(({ metadata, spec }) => ({
      name: metadata.name,
      holder: text(spec.holderIdentity),
      transitions: 'leaseTransitions' in spec ? Number(spec.leaseTransitions) : 0,
      annotations: metadata.annotations ?? {},
    })),
    configMaps: Object.fromEntries(
      maps.map(({ metadata, data }) => [
        `kube-system/${metadata.name}`,
        Object.fromEntries(Object.entries(data).map(([key, value]) => [key, hashed(value)])),
      ]),
    ),
  };
};

const apiAnswers = (world: World): boolean => [...world.hosts.keys()].some((name) => world.apiServer(name).serving);

/** The simulated world as the lab's probe would describe it, read from the model itself. */
export const lookAtWorld = (world: World, texts: Texts): LabState => ({
  machines: Object.fromEntries([...world.hosts.values()].map((host) => [host.name, machineState(host, texts)])),
  ...(apiAnswers(world) ? { cluster: clusterState(world, texts) } : {}),
});
