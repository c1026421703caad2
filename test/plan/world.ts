import { archives } from '../../src/facts/archives.ts';
import { aptLock } from '../../src/facts/apt-lock.ts';
import { certificates } from '../../src/facts/certificates.ts';
import { cgroupVersion } from '../../src/facts/cgroup-version.ts';
import { clusterCa } from '../../src/facts/cluster-ca.ts';
import { containerRuntime } from '../../src/facts/container-runtime.ts';
import { diskSpace } from '../../src/facts/disk-space.ts';
import { disruptionBudgets } from '../../src/facts/disruption-budgets.ts';
import { recordsOf } from '../../src/backup/names.ts';
import { apiSeen } from '../../src/facts/api-seen.ts';
import { backupRecords } from '../../src/facts/backup-records.ts';
import { etcdAlarms } from '../../src/facts/etcd-alarms.ts';
import { etcdHealth } from '../../src/facts/etcd-health.ts';
import { etcdMembers } from '../../src/facts/etcd-members.ts';
import { etcdQuota } from '../../src/facts/etcd-quota.ts';
import { etcdStatus } from '../../src/facts/etcd-status.ts';
import type { Fact } from '../../src/facts/fact.ts';
import { handEdits } from '../../src/facts/hand-edits.ts';
import { hostClock } from '../../src/facts/host-clock.ts';
import { imageAnswers } from '../../src/facts/image-answers.ts';
import { initSystem } from '../../src/facts/init-system.ts';
import { kubeadmConfig } from '../../src/facts/kubeadm-config.ts';
import { kubeletConf } from '../../src/facts/kubelet-conf.ts';
import { kubeletConfig } from '../../src/facts/kubelet-config.ts';
import { kubeletFlags } from '../../src/facts/kubelet-flags.ts';
import { kubeletLog } from '../../src/facts/kubelet-log.ts';
import { kubeletStart } from '../../src/facts/kubelet-start.ts';
import { kubeletUnit } from '../../src/facts/kubelet-unit.ts';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { movablePods } from '../../src/facts/movable-pods.ts';
import { nodeIdentity } from '../../src/facts/node-identity.ts';
import { nodeLeases } from '../../src/facts/node-leases.ts';
import { nodeRoom } from '../../src/facts/node-room.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { offeredNow } from '../../src/facts/offered-now.ts';
import { offeredPackages } from '../../src/facts/offered-packages.ts';
import { operatingSystem } from '../../src/facts/operating-system.ts';
import { otherApiServer } from '../../src/facts/other-api-server.ts';
import { ownApiServer } from '../../src/facts/own-api-server.ts';
import { owedHolds } from '../../src/facts/owed-holds.ts';
import { packagePins } from '../../src/facts/package-pins.ts';
import { packageRepository } from '../../src/facts/package-repository.ts';
import { packages } from '../../src/facts/packages.ts';
import { controlPlanePods, podsOnNode } from '../../src/facts/pods.ts';
import { kubeadmInstalled } from '../../src/facts/kubeadm-installed.ts';
import { restorePoints } from '../../src/facts/restore-points.ts';
import { runFiles } from '../../src/facts/run-files.ts';
import { recordedCommands } from '../../src/facts/recorded-commands.ts';
import { refusedEvictions } from '../../src/facts/refused-evictions.ts';
import { refusedFlag } from '../../src/facts/refused-flag.ts';
import { repositoryKey } from '../../src/facts/repository-key.ts';
import { requestedDeprecatedApis } from '../../src/facts/requested-deprecated-apis.ts';
import { runtimeRegistries } from '../../src/facts/runtime-registries.ts';
import { stagedImages } from '../../src/facts/staged-images.ts';
import { targetComponents } from '../../src/facts/target-components.ts';
import { targetKubelet } from '../../src/facts/target-kubelet.ts';
import { staticPods } from '../../src/facts/static-pods.ts';
import { tiedVolumes } from '../../src/facts/tied-volumes.ts';
import { workloads } from '../../src/facts/workloads.ts';
import { nothingAsked } from '../../src/model/probe.ts';
import type { Cluster, Node } from '../../src/model/cluster.ts';
import type { Observed } from '../../src/model/observed.ts';
import type { Subject } from '../../src/model/subject.ts';
import { createWorld, type World } from '../../src/plan/world.ts';
import {
  coreDns,
  health,
  kubeadmConfigOf,
  kubeProxy,
  member,
  movable,
  nodeObject,
  noStaticPods,
  offersOf,
  packagesOf,
  pod,
  repositoryOf,
  roomOf,
  staticPodsOf,
  status,
  target,
} from '../steps/values.ts';

const now = 1_795_255_170_000;
const room = { mount: '/', availableBytes: 40 * 1024 ** 3, sizeBytes: 50 * 1024 ** 3 };

export const subjectOf = ({ name, role, kubeadm }: Node): Subject => ({
  kind: 'node',
  cluster: 'paris',
  node: name,
  role,
  kubeadm,
});
const whole: Subject = { kind: 'cluster', cluster: 'paris' };

/** Writes what is known of a fact. Its type is kept, so that a made-up world cannot lie about a fact's form. */
export const know = <T>(world: World, on: Subject, fact: Fact<T>, value: T): void =>
  world.set(on, fact, { kind: 'value', value, at: now, from: 'made up' });
export const knowNot = (world: World, on: Subject, fact: Fact<unknown>, observed: Observed<unknown>): void =>
  world.set(on, fact, observed);

const aboutHost = (world: World, node: Node): void => {
  const on = subjectOf(node);
  know(world, on, operatingSystem, {
    id: 'debian',
    idLike: [],
    versionId: '12',
    name: 'Debian GNU/Linux 12 (bookworm)',
  });
  know(world, on, initSystem, { pid1: 'systemd', systemdVersion: 252 });
  know(world, on, hostClock, { epochMs: now });
  know(world, on, owedHolds, []);
  know(world, on, aptLock, { held: false, holders: [] });
  know(world, on, diskSpace, { paths: { '/': room }, etcdBytes: 125 * 1024 ** 2 });
  know(world, on, nodeIdentity, {
    hostname: node.name,
    machineId: `machine-${node.name}`,
    kubeletCertificate: { commonName: `system:node:${node.name}`, notAfter: now, serial: '1' },
    clusterCa: 'AB:CD',
  });
  know(world, on, repositoryKey, []);
  know(world, on, packagePins, []);
  know(world, on, cgroupVersion, { version: 2, hybrid: false });
  know(world, on, containerRuntime, { name: 'containerd', version: '2.3.0' });
  know(world, on, certificates, { certificates: [], withoutKey: [] });
};

/** What a node of that version looks like, wherever the node stands in the upgrade. */
export const nodeAt = (world: World, node: Node, version: string): void => {
  const on = subjectOf(node);
  const controlPlane = node.role === 'control-plane';
  know(world, on, packages, packagesOf(version));
  know(world, on, packageRepository, repositoryOf(version.replace(/\.\d+$/, '')));
  know(world, on, offeredPackages('1.36'), offersOf('1.36.4', target));
  know(world, on, offeredNow, { ...offersOf(version), minor: version.replace(/\.\d+$/, '') });
  know(world, on, runtimeRegistries, { directories: [], hosts: {}, mirrors: {} });
  for (const role of ['control-plane', 'worker'] as const) know(world, on, imageAnswers(target, role), { images: [] });
  know(world, on, kubeletVersions, { installed: version, running: version });
  know(world, on, archives, {});
  knowNot(world, on, targetComponents('1.36.3', undefined), { kind: 'absent' });
  knowNot(world, on, targetKubelet('1.36.3'), { kind: 'absent' });
  knowNot(world, on, stagedImages, { kind: 'absent' });
  know(world, on, kubeletConf, { server: 'https://172.31.0.11:6443', taken: false });
  know(world, on, kubeletStart, 0);
  know(world, on, kubeletUnit, { active: true, subState: 'running', needsReload: false, result: 'success' });
  knowNot(world, on, kubeletLog, { kind: 'absent' });
  know(world, on, recordedCommands, []);
  know(world, on, kubeadmInstalled, 900);
  know(world, on, kubeletFlags, { kubeadmFlags: [], extraArgs: [], files: {} });
  know(world, on, refusedFlag, {});
  know(world, on, runFiles, []);
  know(world, on, restorePoints, []);
  know(world, on, staticPods, controlPlane ? staticPodsOf(version) : noStaticPods);
  if (controlPlane) know(world, on, handEdits(undefined), { kubeadm: version, differences: {} });
  else knowNot(world, on, handEdits(undefined), { kind: 'absent' });
  know(
    world,
    on,
    otherApiServer,
    controlPlane ? { known: 2, ready: [{ address: 'https://172.31.0.12:6443', version }] } : { known: 0, ready: [] },
  );
  if (controlPlane) know(world, on, ownApiServer, { ready: true, version, detail: 'ok' });
  else knowNot(world, on, ownApiServer, { kind: 'absent' });
};

const podsOf = ({ name, role }: Node, version: string) => [
  pod(`kindnet-${name}`, { namespace: 'kube-system', node: name, owner: { kind: 'DaemonSet', name: 'kindnet' } }),
  ...(role === 'worker' ? [pod(`web-${name}`, { node: name, owner: { kind: 'ReplicaSet', name: 'web-rs' } })] : []),
  ...(role === 'worker'
    ? []
    : Object.entries(staticPodsOf(version).components).map(([component, { image }]) =>
        pod(`${component}-${name}`, { namespace: 'kube-system', node: name, mirror: true, images: [image] }),
      )),
];

/** A cluster that is whole and wholly on one version. */
export const worldAt = (cluster: Cluster, version: string): World => {
  const world = createWorld();
  const controlPlanes = cluster.nodes.filter(({ role }) => role === 'control-plane');
  know(
    world,
    whole,
    nodes,
    cluster.nodes.map(({ name }) => nodeObject(name, { kubeletVersion: version })),
  );
  know(world, whole, nodeLeases, {
    now,
    renewed: Object.fromEntries(cluster.nodes.map(({ name }) => [name, now - 3_000])),
  });
  know(world, whole, kubeadmConfig, kubeadmConfigOf(version));
  know(world, whole, kubeletConfig, { raw: '' });
  know(world, whole, requestedDeprecatedApis, []);
  know(world, whole, apiSeen, nothingAsked);
  know(world, whole, backupRecords(recordsOf(cluster.name)), []);
  know(world, whole, workloads, [kubeProxy(version), coreDns()]);
  know(
    world,
    whole,
    nodeRoom,
    cluster.nodes.map(({ name }) => roomOf(name)),
  );
  know(
    world,
    whole,
    movablePods,
    cluster.nodes.flatMap((node) =>
      podsOf(node, version).map(({ images: _images, ...known }) => movable(known.name, known)),
    ),
  );
  know(world, whole, disruptionBudgets, []);
  know(world, whole, tiedVolumes, []);
  know(world, whole, refusedEvictions(cluster.nodes.map(({ name }) => name)), []);
  know(world, whole, clusterCa, { sha256: 'AB:CD' });
  know(
    world,
    whole,
    etcdMembers,
    controlPlanes.map((_node, index) => member(index)),
  );
  know(
    world,
    whole,
    etcdHealth,
    controlPlanes.map((_node, index) => health(index)),
  );
  know(
    world,
    whole,
    etcdStatus,
    controlPlanes.map((_node, index) => status(index)),
  );
  know(world, whole, etcdAlarms, []);
  know(world, whole, etcdQuota, { bytes: 2 * 1024 ** 3 });
  for (const node of cluster.nodes) {
    aboutHost(world, node);
    nodeAt(world, node, version);
    know(world, whole, podsOnNode(node.name), podsOf(node, version));
  }
  know(
    world,
    whole,
    controlPlanePods,
    controlPlanes.flatMap((node) => podsOf(node, version).filter(({ mirror }) => mirror)),
  );
  return world;
};
