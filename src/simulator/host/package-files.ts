import { byCluster, type Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';

/** Of the packages of Kubernetes; `kubernetes-cni` brings plugins, of which one stands for all. */
const programs: Readonly<Record<string, string>> = {
  kubeadm: '/usr/bin/kubeadm',
  kubectl: '/usr/bin/kubectl',
  kubelet: '/usr/bin/kubelet',
  'kubernetes-cni': '/opt/cni/bin/loopback',
  containerd: '/usr/bin/containerd',
};

const unitFile = '/usr/lib/systemd/system/kubelet.service';
const dropIn = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const defaults = '/etc/default/kubelet';

const unitText = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const dropInText = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/** Whether systemd would notice them: what belongs to the unit of the kubelet. */
export const kubeletUnitFiles = [unitFile, dropIn] as const;

const put = (host: Host, path: string, text: string, mode: number, actor: Actor): void => {
  const directory = path.slice(0, path.lastIndexOf('/'));
  if (host.files.stat(directory) === undefined) host.files.makeDirectory(directory, actor, { parents: true });
  host.files.write(path, text, actor, { mode });
};

/** The image that a kernel's package brings, and what `uname -r` says of it. Source: kernel-img.conf(5). */
export const kernelImage = (name: string): { readonly path: string; readonly release: string } | undefined => {
  const release = /^linux-image-(\d.*)$/.exec(name)?.[1];
  return release === undefined ? undefined : { path: `/boot/vmlinuz-${release}`, release };
};

/** Where a package puts its program. */
export const programOf = (name: string): string | undefined => programs[name] ?? kernelImage(name)?.path;

export const binary = (name: string, version: string): string => `\x7fELF ${name} ${version}\n`;

/** dpkg writes the new file beside the old one first. */
export const extractFiles = (host: Host, name: string, version: string, actor: Actor): void => {
  const path = programOf(name);
  if (path !== undefined) put(host, `${path}.dpkg-new`, binary(name, version), 0o755, actor);
};

/** What an extraction that failed or was killed left. */
export const dropExtracted = (host: Host, name: string, actor: Actor): void => {
  const path = `${programOf(name) ?? ''}.dpkg-new`;
  if (host.files.stat(path) !== undefined) host.files.remove(path, actor);
};

/** Debian 12's own, of containerd 1.6.20 (recorded): pods' networks are looked for where Debian has its plugins. */
const containerdDefaults = `version = 2

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "/usr/lib/cni"
      conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.internal.v1.opt"]
    path = "/var/lib/containerd/opt"
`;

/** Conffiles that a package brings where none is there, by its name. */
const conffiles: Readonly<Record<string, readonly [path: string, text: string]>> = {
  kubelet: [defaults, 'KUBELET_EXTRA_ARGS=\n'],
  containerd: ['/etc/containerd/config.toml', containerdDefaults],
};

/** The new files take the places of the old ones; a conffile that is there stays (`--force-confold`). */
export const placeFiles = (host: Host, name: string, version: string, actor: Actor = byCluster): void => {
  const path = programOf(name);
  if (path !== undefined) put(host, path, binary(name, version), 0o755, actor);
  // Written anew at each unpacking, also of the same version (recorded, dpkg 1.21.22).
  put(host, `/var/lib/dpkg/info/${name}.list`, path === undefined ? '/.\n' : `/.\n${path}\n`, 0o644, actor);
  dropExtracted(host, name, actor);
  // The drop-in comes with kubeadm's package, the unit itself with the kubelet's (recorded on the lab).
  if (name === 'kubeadm') put(host, dropIn, dropInText, 0o644, actor);
  if (name === 'kubelet') put(host, unitFile, unitText, 0o644, actor);
  const [conffile, text = ''] = actor === byCluster && name === 'containerd' ? [] : (conffiles[name] ?? []);
  if (conffile !== undefined && host.files.stat(conffile) === undefined) put(host, conffile, text, 0o644, actor);
};
