import { parse } from 'yaml';
import { compareVersions } from '../../cluster/component-versions.ts';
import { imageOf, imagesOf, versionOfImage } from '../../cluster/manifests.ts';

/** What a ClusterConfiguration says of images. */
export interface NamedImages {
  /** Without `v`. */
  readonly version: string;
  /** Another image of etcd than kubeadm's own. */
  readonly etcd?: string;
}

interface Configuration {
  readonly kubernetesVersion?: string;
  readonly imageRepository?: string;
  readonly etcd?: { readonly local?: { readonly imageRepository?: string; readonly imageTag?: string } };
}

/** Source: kubeadm, images.go, `GetEtcdImage`: repository and tag of `etcd.local` go before its own. Undefined where it names no version. */
export const namedImages = (text: string): NamedImages | undefined => {
  const { kubernetesVersion, imageRepository, etcd }: Configuration = parse(text);
  if (kubernetesVersion?.startsWith('v') !== true) return undefined;
  const version = kubernetesVersion.slice(1);
  const { imageRepository: own = imageRepository ?? 'registry.k8s.io', imageTag } = etcd?.local ?? {};
  return { version, ...(imageTag === undefined ? {} : { etcd: `${own}/etcd:${imageTag}` }) };
};

/** In the order in which kubeadm names them. */
export const imagesIn = ({ version, etcd }: NamedImages): readonly string[] =>
  imagesOf(version).map((image) => (image === imageOf('etcd', version) ? (etcd ?? image) : image));

/** The newest patch of etcd that the simulated registry has of each minor. */
const newestEtcd: Readonly<Record<string, string>> = { '3.5': '3.5.33-0', '3.6': '3.6.12-0' };

/** What a registry has no such tag for, in containerd's words (docs of containerd's resolver; not seen on the lab). */
export const unknownImage = (image: string): string | undefined => {
  if (!image.includes('/etcd:')) return undefined;
  const version = versionOfImage(image);
  const newest = newestEtcd[version.split('.', 2).join('.')];
  return newest !== undefined && compareVersions(version, newest) <= 0
    ? undefined
    : `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
};
