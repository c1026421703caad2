import type { Task } from '../../kernel.ts';
import { compareVersions } from '../../cluster/component-versions.ts';
import {
  componentNames,
  imageIn,
  imageOf,
  manifestPath,
  manifestText,
  versionOfImage,
} from '../../cluster/manifests.ts';
import { hashOf, mirrorPodName } from '../../cluster/mirror-pods.ts';
import type { Component } from '../../world/host.ts';
import { renewCertificate } from './kubeadm-certificates.ts';
import { configurationOf, extraArgsIn, podSubnetOf, proxiesOf } from './kubeadm-environment.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

type Name = Component['name'];

const tmp = '/etc/kubernetes/tmp';

/** Source: kubeadm's timeouts, upgradeManifests. */
const swapMs = 300_000;

/** What a copy of etcd's data directory takes (125 MB on the lab). */
const etcdBytes = 131_000_000;

const certificates: Readonly<Record<Name, readonly string[]>> = {
  etcd: ['etcd-server', 'etcd-peer', 'etcd-healthcheck-client'],
  'kube-apiserver': ['apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'apiserver-etcd-client'],
  'kube-controller-manager': ['controller-manager.conf'],
  'kube-scheduler': ['scheduler.conf'],
};

const certificateFile = (name: string): string =>
  name.endsWith('.conf')
    ? `/etc/kubernetes/${name}`
    : name.startsWith('etcd-')
      ? `/etc/kubernetes/pki/etcd/${name.slice(5)}.crt`
      : `/etc/kubernetes/pki/${name}.crt`;

interface Directories {
  readonly upgraded: string;
  readonly backup: string;
}

const manifestNow = (run: KubeadmRun, name: Name): string | undefined => {
  const path = manifestPath(name);
  return run.host.files.stat(path) === undefined ? undefined : run.host.files.read(path);
};

const renew = function* (run: KubeadmRun, name: Name): Task<void> {
  for (const certificate of certificates[name]) {
    run.say(`[upgrade/staticpods] Renewing ${certificate} certificate`);
    const file = certificateFile(certificate);
    yield* run.work(20, 120);
    renewCertificate(run, file);
  }
};

/** Whether the kubelet runs the manifest, and the API knows it: that is what kubeadm waits for. */
const arrived = (run: KubeadmRun, name: Name, text: string): boolean => {
  const pod = run.world.objects.get('Pod', 'kube-system', mirrorPodName(name, run.host.name));
  return (
    pod?.metadata.annotations?.['kubernetes.io/config.hash'] === hashOf(text) &&
    run.host.components.get(name)?.state === 'running'
  );
};

const recover = (run: KubeadmRun, name: Name, { backup }: Directories, why: string): KubeadmError => {
  const old = `${backup}/${name}.yaml`;
  if (run.host.files.stat(old) !== undefined) run.host.files.move(old, manifestPath(name), run.call.actor);
  return new KubeadmError(
    `couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: ${why}`,
  );
};

const swap = function* (
  run: KubeadmRun,
  name: Name,
  text: string,
  directories: Directories,
  how: 'Moving' | 'Restarting' = 'Moving',
): Task<void> {
  const { files, kernel } = run.host;
  const path = manifestPath(name);
  const backup = `${directories.backup}/${name}.yaml`;
  run.say(
    how === 'Moving'
      ? `[upgrade/staticpods] Moving new manifest to "${path}" and backing up old manifest to "${backup}"`
      : `[upgrade/staticpods] Restarting the ${name} static pod and backing up its manifest to "${backup}"`,
  );
  // Two renames: a kill between them leaves no manifest at all.
  if (files.stat(path) !== undefined) files.move(path, backup, run.call.actor);
  yield* run.work(1, 3);
  files.move(`${directories.upgraded}/${name}.yaml`, path, run.call.actor);
  run.say('[upgrade/staticpods] Waiting for the kubelet to restart the component');
  run.say('[upgrade/staticpods] This can take up to 5m0s');
  const until = kernel.now + swapMs;
  for (;;) {
    yield kernel.now + 1000;
    if (kernel.now >= until)
      throw recover(
        run,
        name,
        directories,
        `static Pod hash for component ${name} on Node ${run.host.name} did not change after 5m0s: context deadline exceeded`,
      );
    if (!arrived(run, name, text)) continue;
    const answering = yield* run.api(`timed out waiting for the Pod of ${name}`);
    if (answering !== undefined) break;
  }
  run.say(`[apiclient] Found 1 Pods for label selector component=${name}`);
  run.say(`[upgrade/staticpods] Component "${name}" upgraded successfully!`);
};

/**
 * An etcd that is at the target already is restarted with renewed certificates as long as its API server is not there
 * yet (recorded after a kill; kubeadm, upgrade/staticpods.go).
 *
 * etcd first; its data directory is copied at every attempt, also where etcd itself stays (observed.md 1). */
const upgradeEtcd = function* (
  run: KubeadmRun,
  target: string,
  text: string,
  directories: Directories,
  apiServerWaits: boolean,
): Task<void> {
  const copy = `${tmp}/kubeadm-backup-etcd-${run.stamp()}`;
  const current = imageIn(manifestNow(run, 'etcd') ?? '');
  const wanted = versionOfImage(imageOf('etcd', target));
  run.say('[upgrade/staticpods] Preparing for "etcd" upgrade');
  run.makeDirectory(copy);
  const { disk, files } = run.host;
  if (disk.bytes - disk.foreignBytes < etcdBytes)
    throw new KubeadmError(`failed to back up etcd data: write ${copy}/etcd/member/snap/db: no space left on device`);
  yield* run.work(200, 900);
  if (files.stat('/var/lib/etcd/member/snap/db') !== undefined)
    run.write(`${copy}/db`, files.read('/var/lib/etcd/member/snap/db'));
  disk.foreignBytes += etcdBytes;
  const installed = current === undefined ? undefined : versionOfImage(current);
  if (installed !== undefined && compareVersions(wanted, installed) < 0) {
    run.say(
      `[upgrade/etcd] the desired etcd version "${wanted}" is older than the currently installed "${installed}". Skipping etcd upgrade`,
    );
    return;
  }
  if (installed !== undefined && manifestNow(run, 'etcd') === text && apiServerWaits) {
    yield* renew(run, 'etcd');
    yield* swap(run, 'etcd', text, directories, 'Restarting');
  } else yield* upgradeOne(run, 'etcd', text, directories);
  run.say('[upgrade/etcd] Waiting for etcd to become available');
  yield* run.work(300, 1500);
};

const upgradeOne = function* (run: KubeadmRun, name: Name, text: string, directories: Directories): Task<void> {
  if (manifestNow(run, name) === text) {
    run.say(`[upgrade/staticpods] Current and new manifests of ${name} are equal, skipping upgrade`);
    return;
  }
  yield* renew(run, name);
  yield* swap(run, name, text, directories);
};

/** The control-plane phase of apply and node. Source: kubeadm, upgrade/staticpods.go; observed.md 1, 7. */
export const upgradeStaticPods = function* (run: KubeadmRun, target: string): Task<void> {
  run.say(
    `[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "v${target}" (timeout: 5m0s)...`,
  );
  if (run.host.files.stat(tmp) === undefined) run.makeDirectory(tmp);
  const directories = {
    upgraded: `${tmp}/kubeadm-upgraded-manifests${run.world.random.between(100_000_000, 4_000_000_000)}`,
    backup: `${tmp}/kubeadm-backup-manifests-${run.stamp()}`,
  };
  run.makeDirectory(directories.upgraded);
  run.makeDirectory(directories.backup);
  run.say(`[upgrade/staticpods] Writing new Static Pod manifests to "${directories.upgraded}"`);
  yield* run.work(100, 400);
  const proxies = proxiesOf(run.call.env);
  const texts = new Map<Name, string>();
  for (const name of componentNames) {
    const text = manifestText(
      name,
      target,
      run.host,
      run.world.cluster,
      proxies,
      podSubnetOf(run.world),
      extraArgsIn(configurationOf(run.world), name),
    );
    texts.set(name, text);
    run.write(`${directories.upgraded}/${name}.yaml`, text);
  }
  if (manifestNow(run, 'etcd') !== undefined)
    yield* upgradeEtcd(
      run,
      target,
      texts.get('etcd') ?? '',
      directories,
      manifestNow(run, 'kube-apiserver') !== texts.get('kube-apiserver'),
    );
  for (const name of componentNames) {
    if (name === 'etcd') continue;
    run.say(`[upgrade/staticpods] Preparing for "${name}" upgrade`);
    yield* upgradeOne(run, name, texts.get(name) ?? '', directories);
  }
  // What was not swapped goes with it; after a failure it stays (recorded; kubeadm, upgrade/staticpods.go).
  run.host.files.remove(directories.upgraded, run.call.actor, { recursive: true });
  run.say('[upgrade/control-plane] The control plane instance for this node was successfully upgraded!');
};
