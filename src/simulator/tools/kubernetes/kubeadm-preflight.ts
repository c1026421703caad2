import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { companionsOf, compareVersions, minorNumber } from '../../cluster/component-versions.ts';
import { imagesIn, unknownImage, type NamedImages } from './kubeadm-images.ts';
import { imagesOf, versionOfImage } from '../../cluster/manifests.ts';
import { objectOf } from '../../cluster/objects.ts';
import { refuseFor } from './kubeadm-complaints.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** What a pulled set of images takes on the disk. */
const imageBytes = 400 * 1024 * 1024;

/** The version that kubeadm-config names. @throws KubeadmError where there is none. */
export const configuredVersion = (run: KubeadmRun): string => {
  const data = objectOf(run.world.objects, 'ConfigMap', 'kube-system', 'kubeadm-config')?.data;
  const version = /^kubernetesVersion: v(\S+)$/m.exec(data?.['ClusterConfiguration'] ?? '')?.[1];
  if (version === undefined)
    throw new KubeadmError(
      '[upgrade/init config] FATAL: failed to get config map: configmaps "kubeadm-config" not found',
    );
  return version;
};

/** `plan` says it under another name than `apply` and `node` (recorded, 1.36.3). */
export const readConfiguration = function* (run: KubeadmRun, prefix = 'upgrade'): Task<string> {
  run.say(`[${prefix}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...`);
  yield* run.api('[upgrade/init config] FATAL: failed to get config map');
  const version = configuredVersion(run);
  run.say(`[${prefix}] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.`);
  return version;
};

interface Misalignment {
  readonly text: string;
  readonly skippable: boolean;
}

/** Source: kubeadm, upgrade/policy.go. */
const misalignments = (run: KubeadmRun, target: string, current: string): readonly Misalignment[] => {
  const [to, from, own] = [minorNumber(target), minorNumber(current), minorNumber(run.version)];
  const found: Misalignment[] = [];
  const add = (bad: boolean, text: string, skippable = false): void => {
    if (bad) found.push({ text, skippable });
  };
  add(
    to > from + 1,
    `Specified version to upgrade to "v${target}" is too high; kubeadm can upgrade only 1 minor version at a time`,
  );
  add(
    to < from - 1,
    `Specified version to downgrade to "v${target}" is too low; kubeadm can downgrade only 1 minor version at a time`,
  );
  add(
    to > own,
    `Specified version to upgrade to "v${target}" is at least one minor release higher than the kubeadm minor release (${to} > ${own}). Such an upgrade is not supported`,
  );
  add(
    to === own && compareVersions(target, run.version) > 0,
    `Specified version to upgrade to "v${target}" is higher than the kubeadm version "v${run.version}". Upgrade kubeadm first using the tool you used to install kubeadm`,
    true,
  );
  return found;
};

/** What a kubeadm knows of: its own minor and the one before. */
export const checkSupported = (run: KubeadmRun, target: string, where = ''): void => {
  if (minorNumber(target) < minorNumber(run.version) - 1)
    throw new KubeadmError(
      `${where}this version of kubeadm only supports deploying clusters with the control plane version >= 1.${minorNumber(run.version) - 1}.0. Current version: v${target}`,
    );
};

/** A worker has no kubeconfig of an administrator. @throws KubeadmError then. */
export const needsAdministrator = (run: KubeadmRun): void => {
  if (run.host.files.stat('/etc/kubernetes/admin.conf') === undefined)
    throw new KubeadmError(
      'couldn\'t create a Kubernetes client from file "/etc/kubernetes/admin.conf": failed to load admin kubeconfig: open /etc/kubernetes/admin.conf: no such file or directory',
    );
};

/** Says what runs and what this is; answers with what runs. */
export const sayVersions = function* (run: KubeadmRun, mark = 'v'): Task<string> {
  const answering = yield* run.api("[upgrade/versions] FATAL: couldn't get cluster version");
  const current = run.world.apiServer(answering.name).version;
  run.say(`[upgrade/versions] Cluster version: ${mark}${current}`);
  run.say(`[upgrade/versions] kubeadm version: v${run.version}`);
  return current;
};

/** Only `apply` minds what it may go to (recorded, 1.35.4: `plan` shows a newer minor all the same). */
export const checkVersions = function* (run: KubeadmRun, target: string): Task<void> {
  const found = misalignments(run, target, yield* sayVersions(run));
  if (found.length === 0) return;
  if (found.every(({ skippable }) => skippable) && run.parsed.flags.get('force') === 'true') return;
  const fatal = found.some(({ skippable }) => !skippable);
  throw new KubeadmError(
    `error execution phase preflight: the version argument is invalid due to these ${fatal ? 'fatal ' : ''}errors:\n\n${found.map(({ text }) => `\t- ${text}\n`).join('')}\n${fatal ? 'Please fix the misalignments highlighted above and try upgrading again' : 'Can be bypassed if you pass the --force flag'}`,
  );
};

/** An installed CoreDNS that this kubeadm does not know cannot be migrated (observed.md 3). */
export const checkCoreDns = (run: KubeadmRun): void => {
  const found = objectOf(run.world.objects, 'Deployment', 'kube-system', 'coredns');
  const installed = versionOfImage(found?.spec.template.spec.containers[0]?.image ?? ':0');
  if (found === undefined || compareVersions(installed, companionsOf(run.version).coredns.slice(1)) <= 0) return;
  const text = `start version '${installed}' not supported`;
  refuseFor(run, '', [
    { id: 'CoreDNSUnsupportedPlugins', text },
    { id: 'CoreDNSMigration', text },
  ]);
};

/** Why the runtime cannot pull an image now, in its words. */
const unpulled = ({ host: { faults, disk } }: KubeadmRun, image: string): string | undefined => {
  const why =
    faults.registry === 'down'
      ? `failed to do request: Head "https://registry.k8s.io/v2/${image.slice(16).replace(':', '/manifests/')}": dial tcp: lookup registry.k8s.io on 172.31.0.1:53: server misbehaving`
      : disk.bytes - disk.foreignBytes < imageBytes
        ? 'failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/data: no space left on device'
        : undefined;
  return why === undefined ? undefined : `failed to pull and unpack image "${image}": ${why}`;
};

const pull = (run: KubeadmRun, images: readonly string[]): void => {
  const [image = ''] = images;
  const why = unpulled(run, image);
  if (why === undefined) return;
  refuseFor(run, '', [
    {
      id: 'ImagePull',
      text: `failed to pull image ${image}: failed to pull image ${image}: rpc error: code = Unknown desc = ${why}`,
    },
  ]);
};

/** One image, where the runtime has it not; why it could not be had, in the runtime's words. */
export const pullImage = function* (run: KubeadmRun, image: string): Task<string | undefined> {
  if (run.host.images.has(image)) return undefined;
  yield* run.work(300, 2000);
  const why = unpulled(run, image) ?? unknownImage(image);
  if (why !== undefined) return why;
  run.host.disk.foreignBytes += Math.floor(imageBytes / 7);
  run.host.images.add(image);
  return undefined;
};

/** `config images list` and `pull`, of what the configuration names. Recorded, 1.36.3. */
export const configImages = function* (run: KubeadmRun, what: 'list' | 'pull', named: NamedImages): Task<void> {
  for (const image of imagesIn(named)) {
    if (what === 'pull') {
      const why = yield* pullImage(run, image);
      if (why !== undefined)
        throw new KubeadmError(`failed to pull image "${image}": failed to pull image ${image}: ${why}`);
    }
    run.say(what === 'pull' ? `[config/images] Pulled ${image}` : image);
  }
};

/** The control plane's images of the target, unless the runtime has them: 8–13 s (observed.md 8). */
export const pullImages = function* (run: KubeadmRun, target: string, mark = 'upgrade/preflight'): Task<void> {
  run.say(`[${mark}] Pulling images required for setting up a Kubernetes cluster`);
  run.say(`[${mark}] This might take a minute or two, depending on the speed of your internet connection`);
  run.say(`[${mark}] You can also perform this action beforehand using 'kubeadm config images pull'`);
  const wanted = imagesOf(target).filter((image) => !run.host.images.has(image));
  if (wanted.length === 0) return yield* run.work(400, 900);
  yield* run.work(1000, 2000);
  pull(run, wanted);
  yield* run.work(6000, 10_000);
  pull(run, wanted);
  for (const image of wanted) run.host.images.add(image);
  run.host.disk.foreignBytes += imageBytes;
};

/** What no kubeadm of this version was ever seen doing: the state asked for is newer than itself. */
export const refuseNewer = (run: KubeadmRun, target: string): void => {
  if (minorNumber(target) > minorNumber(run.version))
    throw new SimulatorGap(`kubeadm ${run.version} upgrade node in a cluster of ${target}: not recorded`);
};
