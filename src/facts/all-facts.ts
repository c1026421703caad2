import { aptLock } from './apt-lock.ts';
import { archives } from './archives.ts';
import { bootIdentity } from './boot-identity.ts';
import { certificates } from './certificates.ts';
import { cgroupVersion } from './cgroup-version.ts';
import { clusterCa } from './cluster-ca.ts';
import { componentVersions } from './component-versions.ts';
import { containerRuntime } from './container-runtime.ts';
import { diskSpace } from './disk-space.ts';
import { disruptionBudgets } from './disruption-budgets.ts';
import { etcdAlarms } from './etcd-alarms.ts';
import { etcdHealth } from './etcd-health.ts';
import { etcdMembers } from './etcd-members.ts';
import { etcdQuota } from './etcd-quota.ts';
import { etcdStatus } from './etcd-status.ts';
import type { Fact } from './fact.ts';
import { hostClock } from './host-clock.ts';
import { initSystem } from './init-system.ts';
import { kernel } from './kernel.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import { kubeadmInstalled } from './kubeadm-installed.ts';
import { kubeletConf } from './kubelet-conf.ts';
import { kubeletConfig } from './kubelet-config.ts';
import { kubeletFlags } from './kubelet-flags.ts';
import { kubeletUnit } from './kubelet-unit.ts';
import { kubeletVersions } from './kubelet-versions.ts';
import { movablePods } from './movable-pods.ts';
import { nodeEpoch } from './node-epoch.ts';
import { nodeIdentity } from './node-identity.ts';
import { nodeLeases } from './node-leases.ts';
import { nodeRoom } from './node-room.ts';
import { nodes } from './nodes.ts';
import { operatingSystem } from './operating-system.ts';
import { otherApiServer } from './other-api-server.ts';
import { ownApiServer } from './own-api-server.ts';
import { ownerLease } from './owner-lease.ts';
import { packagePins } from './package-pins.ts';
import { packageRepository } from './package-repository.ts';
import { packages } from './packages.ts';
import { controlPlanePods, pods } from './pods.ts';
import { rebootRequired } from './reboot-required.ts';
import { recordedCommands } from './recorded-commands.ts';
import { refusedFlag } from './refused-flag.ts';
import { repositoryKey } from './repository-key.ts';
import { restorePoints } from './restore-points.ts';
import { requestedDeprecatedApis } from './requested-deprecated-apis.ts';
import { runFiles } from './run-files.ts';
import { runtimeRegistries } from './runtime-registries.ts';
import { stagedImages } from './staged-images.ts';
import { staticPods } from './static-pods.ts';
import { tiedVolumes } from './tied-volumes.ts';
import { workloads } from './workloads.ts';

/** What `nodeops facts` shows: facts that ask for no parameter, and tell how things are rather than how they came to be. */
export const allFacts: readonly Fact<unknown>[] = [
  aptLock,
  archives,
  bootIdentity,
  certificates,
  cgroupVersion,
  clusterCa,
  componentVersions,
  containerRuntime,
  controlPlanePods,
  diskSpace,
  disruptionBudgets,
  etcdAlarms,
  etcdHealth,
  etcdMembers,
  etcdQuota,
  etcdStatus,
  hostClock,
  initSystem,
  kernel,
  kubeadmConfig,
  kubeadmInstalled,
  kubeletConf,
  kubeletConfig,
  kubeletFlags,
  kubeletUnit,
  kubeletVersions,
  movablePods,
  nodeEpoch,
  nodeIdentity,
  nodeLeases,
  nodeRoom,
  nodes,
  operatingSystem,
  otherApiServer,
  ownApiServer,
  ownerLease,
  packagePins,
  packageRepository,
  packages,
  pods,
  rebootRequired,
  recordedCommands,
  refusedFlag,
  repositoryKey,
  restorePoints,
  requestedDeprecatedApis,
  runFiles,
  runtimeRegistries,
  stagedImages,
  staticPods,
  tiedVolumes,
  workloads,
];
