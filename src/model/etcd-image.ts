import { parseVersion, type Version } from './version.ts';

/** As kubeadm composes it from `etcd.local.imageRepository` and `imageTag`. Source: kubeadm, images.GetEtcdImage. */
export interface EtcdImage {
  readonly repository: string;
  readonly tag: string;
  /** The tag without a build: `3.5.26-0` → `3.5.26`. */
  readonly version: Version;
}

/** `registry.k8s.io/etcd:3.5.26-0`; undefined for what kubeadm could not name, or what names no version. */
export const parseEtcdImage = (image: string): EtcdImage | undefined => {
  const [, repository, tag] = /^([\w.-]+(?::\d+)?(?:\/[\w.-]+)*)\/etcd:([\w.-]+)$/.exec(image) ?? [];
  const version = parseVersion(/^v?(\d+\.\d+\.\d+)(?:-\d+)?$/.exec(tag ?? '')?.[1] ?? '');
  return repository === undefined || tag === undefined || version === undefined
    ? undefined
    : { repository, tag, version };
};
