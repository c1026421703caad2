import type { Step } from '../steps/step.ts';
import { addonCompatibility } from './addon-compatibility.ts';
import { aptLock } from './apt-lock.ts';
import { backupAge } from './backup-age.ts';
import { backupOfCluster } from './backup-of-cluster.ts';
import { backupRoom } from './backup-room.ts';
import { bareHost } from './bare-host.ts';
import { certificates } from './certificates.ts';
import { cgroupVersion } from './cgroup-version.ts';
import { clockSkew } from './clock-skew.ts';
import { containerRuntime } from './container-runtime.ts';
import { controlPlaneTakesFlags } from './control-plane-takes-flags.ts';
import { diskSpace } from './disk-space.ts';
import { drainPrediction } from './drain-prediction.ts';
import { endpointLeadsHere } from './endpoint-leads-here.ts';
import { etcdHealth } from './etcd-health.ts';
import { etcdHost } from './etcd-host.ts';
import { etcdImage } from './etcd-image.ts';
import { etcdOfCluster } from './etcd-of-cluster.ts';
import { etcdOnControlPlanes } from './etcd-on-control-planes.ts';
import { etcdWayBack } from './etcd-way-back.ts';
import { freeHost } from './free-host.ts';
import { handEdits } from './hand-edits.ts';
import { imageRegistry } from './image-registry.ts';
import { inventoryMatches } from './inventory-matches.ts';
import { keptEtcd } from './kept-etcd.ts';
import { kubeletFileAsWritten } from './kubelet-file-as-written.ts';
import { kubeletTakesConfiguration } from './kubelet-takes-configuration.ts';
import { kubeletTakesFlags } from './kubelet-takes-flags.ts';
import { newerObjectsGate } from './newer-objects.ts';
import { nodeIdentity } from './node-identity.ts';
import { nodeMembership } from './node-membership.ts';
import { nodesReady } from './nodes-ready.ts';
import { practiceGround } from './practice-ground.ts';
import { practiceNeed } from './practice-need.ts';
import { readyHost } from './ready-host.ts';
import { removableNode } from './removable-node.ts';
import { removedApis } from './removed-apis.ts';
import { renewableCertificates } from './renewable-certificates.ts';
import { replaceableEtcdMember } from './replaceable-etcd-member.ts';
import { repositoryKey } from './repository-key.ts';
import { restorableEtcd } from './restorable-etcd.ts';
import { restorePoint } from './restore-point.ts';
import { restoreRoom } from './restore-room.ts';
import { runtimeConfigurationGate } from './runtime-configuration.ts';
import { runtimeDeprecations } from './runtime-deprecations.ts';
import { runtimePackage } from './runtime-package.ts';
import { runtimeRoom } from './runtime-room.ts';
import { runtimeSuitsKubelet } from './runtime-suits-kubelet.ts';
import { sameCluster } from './same-cluster.ts';
import { supportedHost } from './supported-host.ts';
import { targetPackages } from './target-packages.ts';
import { versionWay } from './version-way.ts';
import { wayBackPackages } from './way-back-packages.ts';
import { wayBack } from './way-back.ts';
import { window } from './window.ts';

/** Every gate: what must hold before the first write. */
export const allGates: readonly Step[] = [
  addonCompatibility,
  aptLock,
  backupAge,
  backupOfCluster,
  backupRoom,
  bareHost,
  certificates,
  cgroupVersion,
  clockSkew,
  containerRuntime,
  controlPlaneTakesFlags,
  diskSpace,
  drainPrediction,
  endpointLeadsHere,
  etcdHealth,
  etcdHost,
  etcdImage,
  etcdOfCluster,
  etcdOnControlPlanes,
  etcdWayBack,
  freeHost,
  handEdits,
  imageRegistry,
  inventoryMatches,
  keptEtcd,
  kubeletFileAsWritten,
  kubeletTakesConfiguration,
  kubeletTakesFlags,
  newerObjectsGate,
  nodeIdentity,
  nodeMembership,
  nodesReady,
  practiceGround,
  practiceNeed,
  readyHost,
  removableNode,
  removedApis,
  renewableCertificates,
  replaceableEtcdMember,
  repositoryKey,
  restorableEtcd,
  restorePoint,
  restoreRoom,
  runtimeConfigurationGate,
  runtimeDeprecations,
  runtimePackage,
  runtimeRoom,
  runtimeSuitsKubelet,
  sameCluster,
  supportedHost,
  targetPackages,
  versionWay,
  wayBack,
  wayBackPackages,
  window,
];
