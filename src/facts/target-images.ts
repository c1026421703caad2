import { z } from 'zod';
import type { Role } from '../model/cluster.ts';
import type { Version } from '../model/version.ts';
import { readYaml } from './read-text.ts';

const repository = z.string().optional();
const configuration = z.object({
  imageRepository: repository,
  dns: z.object({ imageRepository: repository, imageTag: z.string().optional() }).nullish(),
  etcd: z
    .object({ local: z.object({ imageRepository: repository, imageTag: z.string().optional() }).nullish() })
    .nullish(),
});

const upstream = 'registry.k8s.io';

/**
 * The images of a version whose names are sure without its kubeadm: what has the version as its tag, and what the
 * ClusterConfiguration pins. A worker pulls kube-proxy's only. Source: kubeadm, cmd/kubeadm/app/images/images.go; it
 * takes k8s.gcr.io for registry.k8s.io.
 */
export const targetImages = (raw: string, version: Version, role: Role): readonly string[] => {
  const found = configuration.safeParse(readYaml(raw));
  const { imageRepository, dns, etcd } = found.success ? found.data : {};
  const named = imageRepository === undefined || imageRepository === '' ? upstream : imageRepository;
  const from = named === 'k8s.gcr.io' ? upstream : named;
  const versioned = (name: string): string => `${from}/${name}:v${version}`;
  if (role === 'worker') return [versioned('kube-proxy')];
  const coredns = dns?.imageRepository ?? (from === upstream ? `${upstream}/coredns` : from);
  return [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map(versioned),
    ...(etcd?.local?.imageTag ? [`${etcd.local.imageRepository ?? from}/etcd:${etcd.local.imageTag}`] : []),
    ...(dns?.imageTag ? [`${coredns}/coredns:${dns.imageTag}`] : []),
  ];
};
