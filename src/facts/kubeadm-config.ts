import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { readYaml, versionText } from './read-text.ts';
import { throughApi } from './through-api.ts';

export interface KubeadmConfig {
  readonly kubernetesVersion: Version;
  readonly controlPlaneEndpoint?: string;
  readonly clusterName: string;
  readonly podSubnet?: string;
  readonly serviceSubnet?: string;
  readonly etcd: 'local' | 'external';
  /** Of external etcd, as they are written there. */
  readonly etcdEndpoints?: readonly string[];
  /** Where an operator pins etcd's image to a tag (`etcd.local.imageTag`): kubeadm then leaves it there. */
  readonly etcdImageTag?: string;
  /** The ClusterConfiguration as it stands. */
  readonly raw: string;
}

const clusterConfiguration = z.object({
  kind: z.literal('ClusterConfiguration'),
  kubernetesVersion: versionText,
  controlPlaneEndpoint: z.string().optional(),
  clusterName: z.string().default('kubernetes'),
  networking: z.object({ podSubnet: z.string().optional(), serviceSubnet: z.string().optional() }).default({}),
  etcd: z
    .object({
      external: z.object({ endpoints: z.array(z.string()) }).partial(),
      local: z.object({ imageTag: z.string() }).partial(),
    })
    .partial()
    .default({}),
});

/** Reads a ClusterConfiguration; undefined for a text that is none. */
export const readKubeadmConfig = (raw: string): KubeadmConfig | undefined => {
  const found = clusterConfiguration.safeParse(readYaml(raw));
  if (!found.success) return undefined;
  const { kubernetesVersion, controlPlaneEndpoint, clusterName, networking, etcd } = found.data;
  return {
    kubernetesVersion,
    ...(controlPlaneEndpoint ? { controlPlaneEndpoint } : {}),
    clusterName,
    ...(networking.podSubnet ? { podSubnet: networking.podSubnet } : {}),
    ...(networking.serviceSubnet ? { serviceSubnet: networking.serviceSubnet } : {}),
    etcd: etcd.external ? 'external' : 'local',
    ...(etcd.external?.endpoints === undefined ? {} : { etcdEndpoints: etcd.external.endpoints }),
    ...(etcd.local?.imageTag ? { etcdImageTag: etcd.local.imageTag } : {}),
    raw,
  };
};

const parse = ({ stdout: raw }: Output): Parsed<KubeadmConfig> => {
  const value = readKubeadmConfig(raw);
  return value === undefined
    ? { unreadable: raw.trim() || 'ConfigMap kubeadm-config has no ClusterConfiguration' }
    : { value };
};

/** Source: kubeadm's v1beta4 and v1beta3 ClusterConfiguration; recorded on the lab, kubeadm 1.35.4. */
export const kubeadmConfig = defineFact<KubeadmConfig>({
  id: 'kubeadm-config',
  subject: 'cluster',
  command: (place) =>
    get(
      place,
      'configmap',
      'kubeadm-config',
      '--namespace=kube-system',
      '--output=jsonpath={.data.ClusterConfiguration}',
    ),
  parse: throughApi(parse),
});
