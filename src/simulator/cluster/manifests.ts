import type { Component, Host } from '../world/host.ts';
import { companionsOf } from './component-versions.ts';
import { manifestTemplates } from './manifest-templates.ts';

export const manifestDirectory = '/etc/kubernetes/manifests';

/** In the order in which kubeadm upgrades them. */
export const componentNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

export const manifestPath = (name: Component['name']): string => `${manifestDirectory}/${name}.yaml`;

export const imageOf = (name: Component['name'], version: string): string =>
  name === 'etcd' ? `registry.k8s.io/etcd:${companionsOf(version).etcd}` : `registry.k8s.io/${name}:v${version}`;

/** Those of a control plane, in the order in which kubeadm names them (recorded, 1.36.3). */
export const imagesOf = (version: string): readonly string[] => {
  const { coredns, pause } = companionsOf(version);
  return [
    ...componentNames.filter((name) => name !== 'etcd').map((name) => imageOf(name, version)),
    `registry.k8s.io/kube-proxy:v${version}`,
    `registry.k8s.io/coredns/coredns:${coredns}`,
    `registry.k8s.io/pause:${pause}`,
    imageOf('etcd', version),
  ];
};

const flexVolumeMount =
  '    - mountPath: /usr/libexec/kubernetes/kubelet-plugins/volume/exec\n      name: flexvolume-dir\n';
const flexVolume =
  '  - hostPath:\n      path: /usr/libexec/kubernetes/kubelet-plugins/volume/exec\n      type: DirectoryOrCreate\n    name: flexvolume-dir\n';

/** kubeadm writes the variables in the order of their names, after `--watch-…` or the last argument. */
const environmentText = (proxies: readonly (readonly [string, string])[]): string =>
  proxies.length === 0
    ? ''
    : `    env:\n${proxies.map(([name, value]) => `    - name: ${name}\n      value: ${value}\n`).join('')}`;

export type Proxies = readonly (readonly [string, string])[];

const known = new Map<string, string>();

/** A static pod's manifest as kubeadm of that version writes it. */
export const manifestText = (
  name: Component['name'],
  version: string,
  host: Pick<Host, 'name' | 'address'>,
  cluster: string,
  proxies: Proxies = [],
  podSubnet = '10.244.0.0/16',
  extraArgs: readonly string[] = [],
): string => {
  const environment = environmentText(proxies);
  const key = `${name} ${version} ${host.name} ${host.address} ${cluster} ${podSubnet} ${extraArgs.join(' ')} ${environment}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  let text: string = manifestTemplates[name]
    .replaceAll('ADDRESS', host.address)
    .replaceAll('NAME', host.name)
    .replaceAll('CLUSTER', cluster)
    .replace('PODS', podSubnet)
    .replace('image: IMAGE', `image: ${imageOf(name, version)}`);
  // Recorded: kubeadm 1.36 mounts it no more.
  if (version.startsWith('1.36.') || version.startsWith('1.37.'))
    text = text.replace(flexVolumeMount, '').replace(flexVolume, '');
  // After kubeadm's own, in the place of one of the same name (tried, kubeadm 1.36.3).
  for (const arg of extraArgs) text = text.replace(new RegExp(`^ {4}- ${arg.split('=', 1)[0]}=.*\n`, 'm'), '');
  if (extraArgs.length > 0)
    text = text.replace(/^ {4}image: /m, `${extraArgs.map((arg) => `    - ${arg}\n`).join('')}    image: `);
  // etcd is local to its peers: kubeadm gives it no proxies.
  if (environment !== '' && name !== 'etcd') text = text.replace(/^ {4}image: /m, `${environment}    image: `);
  if (known.size > 5000) known.clear();
  known.set(key, text);
  return text;
};

/** The image that a manifest names, where it is whole enough for a kubelet to run it. */
export const imageIn = (text: string): string | undefined =>
  /^kind: Pod$/m.test(text) ? /^ {4}image: (\S+)$/m.exec(text)?.[1] : undefined;

/** `registry.k8s.io/etcd:3.6.6-0` → `3.6.6-0`; `…:v1.36.3` → `1.36.3`. */
export const versionOfImage = (image: string): string => image.slice(image.lastIndexOf(':') + 1).replace(/^v/, '');

/** What the container of a manifest is started with: its command, as kubeadm writes it. */
export const commandIn = (text: string): readonly string[] => {
  const [, list = ''] = /^ {2}- command:\n((?: {4}- .*\n)+)/m.exec(text) ?? [];
  return list.split('\n').flatMap((line) => (line === '' ? [] : [line.slice('    - '.length)]));
};
