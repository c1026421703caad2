import { acceptKubeletConfiguration } from './accept-kubelet-configuration.ts';
import { acceptRuntime } from './accept-runtime.ts';
import { addEtcdLearner } from './add-etcd-learner.ts';
import { allowEtcdDowngrade } from './allow-etcd-downgrade.ts';
import { apiDowntime } from './api-downtime.ts';
import { applyAddon } from './apply-addon.ts';
import { applyManifest } from './apply-manifest.ts';
import { applyUpgrade } from './apply-upgrade.ts';
import { changeKubeletConfiguration } from './change-kubelet-configuration.ts';
import { claimHost } from './claim-host.ts';
import { claimNewHost } from './claim-new-host.ts';
import { cleanKubeletFlags } from './clean-kubelet-flags.ts';
import { closeReplacement } from './close-replacement.ts';
import { closeRestore } from './close-restore.ts';
import { compactEtcd } from './compact-etcd.ts';
import { copyFile } from './copy-file.ts';
import { defragmentEtcd } from './defragment-etcd.ts';
import { disarmEtcd } from './disarm-etcd.ts';
import { drainNode } from './drain-node.ts';
import { fetchRuntime } from './fetch-runtime.ts';
import { finishControlPlane } from './finish-control-plane.ts';
import { forgetJoinSecrets } from './forget-join-secrets.ts';
import { forgetJoins } from './forget-joins.ts';
import { giveBackNode } from './give-back-node.ts';
import { holdAgain } from './hold-again.ts';
import { holdPackages } from './hold-packages.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { installPackages } from './install-packages.ts';
import { installRuntime } from './install-runtime.ts';
import { joinHost } from './join-host.ts';
import { joinNode } from './join-node.ts';
import { keepKubeletConfiguration } from './keep-kubelet-configuration.ts';
import { keepNodeOut } from './keep-node-out.ts';
import { keepRestorePoint } from './keep-restore-point.ts';
import { keepRuntime } from './keep-runtime.ts';
import { labelNode } from './label-node.ts';
import { leaveEtcd } from './leave-etcd.ts';
import { lendApiServer } from './lend-api-server.ts';
import { loadKubeletConfiguration } from './load-kubelet-configuration.ts';
import { lowerAddons } from './lower-addons.ts';
import { markPracticeGround } from './mark-practice-ground.ts';
import { migrateRuntimeConfiguration } from './migrate-runtime-configuration.ts';
import { moveEtcdLeader } from './move-etcd-leader.ts';
import { offerPackages } from './offer-packages.ts';
import { placeAuthorities } from './place-authorities.ts';
import { placeSmokeWorkload } from './place-smoke-workload.ts';
import { planUpgrade } from './plan-upgrade.ts';
import { prepareKernel } from './prepare-kernel.ts';
import { promoteEtcdMember } from './promote-etcd-member.ts';
import { pruneRecords } from './prune-records.ts';
import { putBackEtcd } from './put-back-etcd.ts';
import { putBackKubeletFiles } from './put-back-kubelet-files.ts';
import { putBackManifests } from './put-back-manifests.ts';
import { rebootNode } from './reboot-node.ts';
import { refreshPackageLists } from './refresh-package-lists.ts';
import { removeEtcdMember } from './remove-etcd-member.ts';
import { removeGoneNodes } from './remove-gone-nodes.ts';
import { removeOldCopies } from './remove-old-copies.ts';
import { removeSmokeWorkload } from './remove-smoke-workload.ts';
import { removeStuck } from './remove-stuck.ts';
import { renewCertificates } from './renew-certificates.ts';
import { rescueEtcd } from './rescue-etcd.ts';
import { resetNode } from './reset-node.ts';
import { restartCertificateUsers } from './restart-certificate-users.ts';
import { restartKubelet } from './restart-kubelet.ts';
import { restartKubeletAfterRestore } from './restart-kubelet-after-restore.ts';
import { restartRuntime } from './restart-runtime.ts';
import { restoreEtcdData } from './restore-etcd-data.ts';
import { returnApiServer } from './return-api-server.ts';
import { returnCriSocket } from './return-cri-socket.ts';
import { returnKubeletConfiguration } from './return-kubelet-configuration.ts';
import { runAfterCluster } from './run-after-cluster.ts';
import { runAfterNode } from './run-after-node.ts';
import { runBackupHook } from './run-backup-hook.ts';
import { runBeforeCluster } from './run-before-cluster.ts';
import { runBeforeNode } from './run-before-node.ts';
import { runCommand } from './run-command.ts';
import { runPracticePart } from './run-practice-part.ts';
import { saveEtcd } from './save-etcd.ts';
import { saveNode } from './save-node.ts';
import { saveObjects } from './save-objects.ts';
import { saveState } from './save-state.ts';
import { setAsideEtcdData } from './set-aside-etcd-data.ts';
import { snapshotEtcd } from './snapshot-etcd.ts';
import { stageImages } from './stage-images.ts';
import { stagePackages } from './stage-packages.ts';
import { stageRestore } from './stage-restore.ts';
import { startContainerRuntime } from './start-container-runtime.ts';
import { startEtcdMember } from './start-etcd-member.ts';
import { startFirstKubelet } from './start-first-kubelet.ts';
import { startStaticPods } from './start-static-pods.ts';
import type { Step } from './step.ts';
import { stopEtcdMember } from './stop-etcd-member.ts';
import { stopStaticPods } from './stop-static-pods.ts';
import { storeBackup } from './store-backup.ts';
import { swapEtcdData } from './swap-etcd-data.ts';
import { switchEtcdImage } from './switch-etcd-image.ts';
import { switchPackageRepository } from './switch-package-repository.ts';
import { testRestore } from './test-restore.ts';
import { turnOffSwap } from './turn-off-swap.ts';
import { uncordonNode } from './uncordon-node.ts';
import { upgradeNode } from './upgrade-node.ts';
import { upgradeOsPackages } from './upgrade-os-packages.ts';
import { verifyBackupHooks } from './verify-backup-hooks.ts';
import { verifyCluster } from './verify-cluster.ts';
import { verifyEtcd } from './verify-etcd.ts';
import { verifyEtcdImage } from './verify-etcd-image.ts';
import { verifyEtcdMember } from './verify-etcd-member.ts';
import { verifyEtcdMinor } from './verify-etcd-minor.ts';
import { verifyKubeletConfiguration } from './verify-kubelet-configuration.ts';
import { verifyControllers } from './verify-controllers.ts';
import { verifyNode } from './verify-node.ts';
import { verifyOtherControlPlanes } from './verify-other-control-planes.ts';
import { verifyRecoveredPods } from './verify-recovered-pods.ts';
import { verifyRestartedNode } from './verify-restarted-node.ts';
import { verifyRestoredCluster } from './verify-restored-cluster.ts';
import { verifyRestoredEtcd } from './verify-restored-etcd.ts';
import { verifyRollouts } from './verify-rollouts.ts';
import { verifyRuntime } from './verify-runtime.ts';
import { verifyServedCertificates } from './verify-served-certificates.ts';
import { verifySmokeAnswers } from './verify-smoke-answers.ts';
import { writeControlPlane } from './write-control-plane.ts';
import { writeKubeletConfiguration } from './write-kubelet-configuration.ts';

/** Every step that a playbook may name. */
export const allSteps: readonly Step[] = [
  allowEtcdDowngrade,
  apiDowntime,
  applyAddon,
  applyManifest,
  applyUpgrade,
  claimNewHost,
  cleanKubeletFlags,
  compactEtcd,
  copyFile,
  defragmentEtcd,
  disarmEtcd,
  drainNode,
  forgetJoinSecrets,
  holdAgain,
  holdPackages,
  initialiseCluster,
  installPackages,
  joinNode,
  keepRestorePoint,
  labelNode,
  leaveEtcd,
  lowerAddons,
  lendApiServer,
  moveEtcdLeader,
  offerPackages,
  planUpgrade,
  prepareKernel,
  pruneRecords,
  putBackEtcd,
  putBackKubeletFiles,
  putBackManifests,
  removeOldCopies,
  removeStuck,
  resetNode,
  restartKubelet,
  returnApiServer,
  returnCriSocket,
  runAfterCluster,
  runAfterNode,
  runBackupHook,
  runBeforeCluster,
  runBeforeNode,
  runCommand,
  saveEtcd,
  saveNode,
  saveObjects,
  saveState,
  snapshotEtcd,
  stageImages,
  stagePackages,
  startContainerRuntime,
  storeBackup,
  switchEtcdImage,
  switchPackageRepository,
  testRestore,
  turnOffSwap,
  uncordonNode,
  upgradeNode,
  verifyBackupHooks,
  verifyCluster,
  verifyEtcd,
  verifyEtcdImage,
  verifyNode,
  verifyOtherControlPlanes,
  verifyRollouts,
  closeRestore,
  rescueEtcd,
  restartKubeletAfterRestore,
  restoreEtcdData,
  stageRestore,
  startStaticPods,
  stopStaticPods,
  swapEtcdData,
  verifyRestoredCluster,
  verifyRestoredEtcd,
  addEtcdLearner,
  closeReplacement,
  promoteEtcdMember,
  removeEtcdMember,
  setAsideEtcdData,
  startEtcdMember,
  stopEtcdMember,
  verifyEtcdMember,
  verifyEtcdMinor,
  giveBackNode,
  keepNodeOut,
  rebootNode,
  refreshPackageLists,
  upgradeOsPackages,
  verifyRestartedNode,
  renewCertificates,
  restartCertificateUsers,
  verifyServedCertificates,
  verifyControllers,
  claimHost,
  placeAuthorities,
  writeControlPlane,
  startFirstKubelet,
  finishControlPlane,
  removeGoneNodes,
  joinHost,
  forgetJoins,
  verifyRecoveredPods,
  placeSmokeWorkload,
  verifySmokeAnswers,
  removeSmokeWorkload,
  markPracticeGround,
  runPracticePart,
  acceptKubeletConfiguration,
  changeKubeletConfiguration,
  keepKubeletConfiguration,
  loadKubeletConfiguration,
  returnKubeletConfiguration,
  verifyKubeletConfiguration,
  writeKubeletConfiguration,
  acceptRuntime,
  fetchRuntime,
  installRuntime,
  keepRuntime,
  migrateRuntimeConfiguration,
  restartRuntime,
  verifyRuntime,
];
