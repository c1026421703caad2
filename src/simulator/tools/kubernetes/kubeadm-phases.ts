import type { Task } from '../../kernel.ts';
import { companionsOf, compareVersions, minorNumber } from '../../cluster/component-versions.ts';
import { kubeadmFlagsFile, kubeletConfigFile } from '../../cluster/kubelet.ts';
import { versionOfImage } from '../../cluster/manifests.ts';
import { objectOf, type ConfigMapObject } from '../../cluster/objects.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

const configMap = (run: KubeadmRun, name: string): ConfigMapObject | undefined =>
  objectOf(run.world.objects, 'ConfigMap', 'kube-system', name);

/** kubeadm-config carries the new version from here on: a kill right after looks finished and is not. */
export const uploadConfig = function* (run: KubeadmRun, target: string): Task<void> {
  yield* run.api('error execution phase upload-config');
  const found = configMap(run, 'kubeadm-config');
  if (found === undefined) throw new KubeadmError('configmaps "kubeadm-config" not found');
  const before = found.data['ClusterConfiguration'] ?? '';
  const after = before.replace(/^kubernetesVersion: .*$/m, `kubernetesVersion: v${target}`);
  if (after !== before) run.put({ ...found, data: { ...found.data, ClusterConfiguration: after } });
  run.say(
    '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace',
  );
  yield* run.work(50, 200);
  run.say(
    '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster',
  );
  yield* run.work(50, 200);
};

const instanceConfigFile = '/var/lib/kubelet/instance-config.yaml';

/** 1.35 takes the pause image off, 1.34 the runtime's socket (observed.md 11); others leave the file alone. */
export const postUpgrade = (run: KubeadmRun): void => {
  const minor = minorNumber(run.version);
  const { files } = run.host;
  if (minor === 35) {
    // Whether or not there is something to take off (recorded, 1.35.4).
    const backup = `/etc/kubernetes/tmp/kubeadm-kubelet-env${run.world.random.between(100_000_000, 4_000_000_000)}`;
    run.makeDirectory(backup);
    run.say(`[upgrade] Backing up kubelet env file to ${backup}/kubeadm-flags.env`);
    if (files.stat(kubeadmFlagsFile) !== undefined)
      run.write(`${backup}/kubeadm-flags.env`, files.read(kubeadmFlagsFile));
  }
  if ((minor !== 34 && minor !== 35) || files.stat(kubeadmFlagsFile) === undefined) return;
  const removed = minor === 35 ? 'pod-infra-container-image' : 'container-runtime-endpoint';
  const before = files.read(kubeadmFlagsFile);
  const after = before
    .replace(new RegExp(`--${removed}=[^ "]*`), '')
    .replace(/" +/, '"')
    .replace(/ +"/, '"')
    .replaceAll(/  +/g, ' ');
  if (after === before) return;
  run.write(kubeadmFlagsFile, after, 0o644);
  if (minor === 34)
    run.write(instanceConfigFile, 'containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock"\n');
};

/** What instance-config.yaml says of the node is merged into the cluster's configuration (kubeadm 1.34 and later). */
const patched = (run: KubeadmRun, text: string): string => {
  const { files } = run.host;
  if (files.stat(instanceConfigFile) === undefined) return text;
  const endpoint = /^containerRuntimeEndpoint: "?([^"\n]*)"?$/m.exec(files.read(instanceConfigFile))?.[1];
  run.say('[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"');
  return endpoint === undefined
    ? text
    : text.replace(/^containerRuntimeEndpoint: .*$/m, `containerRuntimeEndpoint: ${endpoint}`);
};

export const kubeletConfigPhase = function* (run: KubeadmRun): Task<void> {
  yield* run.api('error execution phase kubelet-config');
  const text = configMap(run, 'kubelet-config')?.data['kubelet'];
  if (text === undefined)
    throw new KubeadmError('error execution phase kubelet-config: configmaps "kubelet-config" not found');
  if (run.host.files.stat('/etc/kubernetes/tmp') === undefined) run.makeDirectory('/etc/kubernetes/tmp');
  const backup = `/etc/kubernetes/tmp/kubeadm-kubelet-config-${run.stamp()}`;
  if (run.host.files.stat(backup) !== undefined)
    throw new KubeadmError(
      `error execution phase kubelet-config: could not create timestamp directory: mkdir ${backup}: file exists`,
    );
  run.makeDirectory(backup);
  run.say(`[upgrade] Backing up kubelet config file to ${backup}/config.yaml`);
  if (run.host.files.stat(kubeletConfigFile) !== undefined)
    run.write(`${backup}/config.yaml`, run.host.files.read(kubeletConfigFile));
  yield* run.work(20, 80);
  const merged = patched(run, text);
  run.say(`[kubelet-start] Writing kubelet configuration to file "${kubeletConfigFile}"`);
  run.write(kubeletConfigFile, merged, 0o644);
  run.say('[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!');
};

/** Control planes whose API server is not at the target yet, as their mirror pods tell. */
const behind = (run: KubeadmRun, target: string): readonly string[] =>
  [...run.world.hosts.values()]
    .filter(({ role }) => role === 'control-plane')
    .filter(({ name }) => {
      const pod = objectOf(run.world.objects, 'Pod', 'kube-system', `kube-apiserver-${name}`);
      return pod === undefined || versionOfImage(pod.spec.containers[0]?.image ?? '') !== target;
    })
    .map(({ name }) => name);

const setImage = (run: KubeadmRun, kind: 'Deployment' | 'DaemonSet', name: string, image: string): void => {
  const found = objectOf(run.world.objects, kind, 'kube-system', name);
  if (found === undefined) return;
  const { template } = found.spec;
  const [container] = template.spec.containers;
  if (container === undefined || container.image === image) return;
  run.put({
    ...found,
    metadata: { ...found.metadata, generation: (found.metadata.generation ?? 1) + 1 },
    spec: {
      ...found.spec,
      template: { ...template, spec: { ...template.spec, containers: [{ ...container, image }] } },
    },
  });
};

/** CoreDNS, then kube-proxy: the last thing that changes visibly. Only once every control plane is at the target. */
export const addonPhase = function* (run: KubeadmRun, target: string): Task<void> {
  yield* run.api('error execution phase addon');
  const others = behind(run, target);
  if (others.length > 0) {
    for (const addon of ['coredns', 'kube-proxy'])
      run.say(
        `[upgrade/addon] Skipping upgrade of addon ${addon} because control plane instances [${others.join(' ')}] have not been upgraded`,
      );
    return;
  }
  const { coredns } = companionsOf(target);
  const installed = versionOfImage(
    objectOf(run.world.objects, 'Deployment', 'kube-system', 'coredns')?.spec.template.spec.containers[0]?.image ??
      ':0',
  );
  if (compareVersions(installed, coredns.slice(1)) > 0)
    throw new KubeadmError(
      `error execution phase addon/coredns: unable to get list of changes to the Corefile: start version '${installed}' not supported`,
    );
  setImage(run, 'Deployment', 'coredns', `registry.k8s.io/coredns/coredns:${coredns}`);
  run.say('[addons] Applied essential addon: CoreDNS');
  yield* run.work(200, 700);
  yield* run.api('error execution phase addon/kube-proxy');
  setImage(run, 'DaemonSet', 'kube-proxy', `registry.k8s.io/kube-proxy:v${target}`);
  run.say('[addons] Applied essential addon: kube-proxy');
  yield* run.work(100, 300);
};
