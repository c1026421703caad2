import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { readYaml } from './read-text.ts';
import { throughApi } from './through-api.ts';

export interface KubeletConfig {
  /** The KubeletConfiguration that kubeadm gives to every node, as it stands. */
  readonly raw: string;
  readonly cgroupDriver?: string;
  /** Unset means true from 1.35 on. */
  readonly failCgroupV1?: boolean;
  readonly resolvConf?: string;
  /** The names of those that are set; missing where none are. */
  readonly featureGates?: readonly string[];
}

const kubeletConfiguration = z.object({
  kind: z.literal('KubeletConfiguration'),
  cgroupDriver: z.string().optional(),
  failCgroupV1: z.boolean().optional(),
  resolvConf: z.string().optional(),
  featureGates: z.record(z.string(), z.unknown()).nullish(),
});

const parse = ({ stdout: raw }: Output): Parsed<KubeletConfig> => {
  const found = kubeletConfiguration.safeParse(readYaml(raw));
  if (!found.success) return { unreadable: raw.trim() || 'ConfigMap kubelet-config has no kubelet' };
  const { cgroupDriver, failCgroupV1, resolvConf, featureGates } = found.data;
  return {
    value: {
      raw,
      ...(cgroupDriver ? { cgroupDriver } : {}),
      ...(failCgroupV1 === undefined ? {} : { failCgroupV1 }),
      ...(resolvConf ? { resolvConf } : {}),
      ...(featureGates ? { featureGates: Object.keys(featureGates) } : {}),
    },
  };
};

/** Source: kubelet.config.k8s.io/v1beta1; recorded on the lab, kubeadm 1.35.4. */
export const kubeletConfig = defineFact<KubeletConfig>({
  id: 'kubelet-config',
  subject: 'cluster',
  command: (place) =>
    get(place, 'configmap', 'kubelet-config', '--namespace=kube-system', '--output=jsonpath={.data.kubelet}'),
  parse: throughApi(parse),
});
