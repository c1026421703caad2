import { SimulatorGap } from '../../gap.ts';
import { componentNames } from '../../cluster/manifests.ts';
import { kubeletUnitOf } from '../../host/kubelet-unit.ts';
import type { Task } from '../../kernel.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** In kubeadm's order. Source: kubeadm 1.35, cmd/phases/reset/cleanupnode.go. */
const directories = ['/etc/kubernetes/manifests', '/var/lib/kubelet', '/etc/kubernetes/pki'];
const files = ['admin', 'super-admin', 'kubelet', 'bootstrap-kubelet', 'controller-manager', 'scheduler'].map(
  (name) => `/etc/kubernetes/${name}.conf`,
);

const farewell = `
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
`;

/** Only who has admin.conf asks; where nobody answers for a minute that is told, and it goes on. */
const readCluster = function* (run: KubeadmRun): Task<void> {
  if (run.host.files.stat('/etc/kubernetes/admin.conf') === undefined) return;
  run.say('[reset] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
  run.say("[reset] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
  try {
    yield* run.api('failed to get config map');
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    run.call.err(
      `W1121 09:40:00.000000    ${run.call.pid} reset.go:143] [reset] Unable to fetch the kubeadm-config ConfigMap from cluster: ${error.message}\n`,
    );
  }
};

const stopKubelet = function* (run: KubeadmRun): Task<void> {
  run.say('[reset] Stopping the kubelet service');
  yield* run.work(15, 60);
  kubeletUnitOf(run.host).stop(run.call.actor);
  yield* run.work(50, 400);
};

/** Through the runtime, one after the other: without a kubelet nobody starts them again. */
const removeContainers = function* (run: KubeadmRun): Task<void> {
  const { services, components, network } = run.host;
  run.say('[reset] Unmounting mounted directories in "/var/lib/kubelet"');
  yield* run.work(20, 200);
  for (const name of componentNames) {
    if (!components.has(name)) continue;
    yield* run.work(100, 1500);
    services.components.stop(name, run.call.actor);
    components.delete(name);
  }
  // Those of the pods: their interfaces stay, and so do the rules of kube-proxy.
  if (network.interfaces.size > 0) yield* run.work(500, 4000);
};

const deleteFiles = function* (run: KubeadmRun): Task<void> {
  const { files: tree } = run.host;
  run.say(`[reset] Deleting contents of directories: [${directories.join(' ')}]`);
  for (const directory of directories) {
    yield* run.work(5, 40);
    if (tree.stat(directory)?.kind !== 'directory') continue;
    for (const name of tree.list(directory)) tree.remove(`${directory}/${name}`, run.call.actor, { recursive: true });
  }
  run.say(`[reset] Deleting files: [${files.join(' ')}]`);
  for (const path of files) if (tree.stat(path) !== undefined) tree.remove(path, run.call.actor);
};

const resetting = function* (run: KubeadmRun): Task<void> {
  yield* readCluster(run);
  run.say('[preflight] Running pre-flight checks');
  yield* run.work(20, 100);
  yield* stopKubelet(run);
  yield* removeContainers(run);
  yield* deleteFiles(run);
  run.call.out(farewell);
};

/**
 * `kubeadm reset --force --skip-phases=remove-etcd-member`: etcd's list and its data stay as they are. Source: kubeadm
 * 1.35, cmd/reset.go and cmd/phases/reset; its texts were not recorded.
 */
export const reset = function* (run: KubeadmRun): Task<number> {
  const { flags, words } = run.parsed;
  const given = [...flags]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(' ');
  if (words.length > 1 || given !== 'force=true skip-phases=remove-etcd-member')
    throw new SimulatorGap(run.call.argv.join(' '));
  const about = { host: run.host.name, command: 'reset', version: run.version, actor: run.call.actor };
  run.world.emit({ type: 'kubeadm-started', ...about });
  yield* resetting(run);
  run.world.emit({ type: 'kubeadm-ended', ...about, code: 0 });
  return 0;
};
