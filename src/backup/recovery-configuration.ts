import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { readKubeadmConfig } from '../facts/kubeadm-config.ts';
import type { KubeadmOptions } from '../model/cluster.ts';
import type { Version } from '../model/version.ts';
import type { ClusterState } from './gathered.ts';

/** How kubeadm was configured when a backup was made. */
export interface SavedConfiguration {
  readonly version: Version;
  /** `controlPlaneEndpoint`: `10.0.0.5:6443`, `api.paris.example:6443`, `api.paris.example`. */
  readonly endpoint?: string;
  readonly etcd: 'local' | 'external';
  readonly podSubnet?: string;
  /** ClusterConfiguration, as text. */
  readonly cluster: string;
  /** KubeletConfiguration and KubeProxyConfiguration, as far as the cluster has them. */
  readonly components: readonly string[];
}

const configMap = z.object({ metadata: z.object({ name: z.string() }), data: z.record(z.string(), z.string()) });

/** Undefined where the backup lacks kubeadm's ConfigMaps: no API server answered when it was made. */
export const readSavedConfiguration = ({ configuration }: ClusterState): SavedConfiguration | undefined => {
  const maps = (configuration?.items ?? []).flatMap((item) => configMap.safeParse(item).data ?? []);
  const text = (name: string, key: string): string | undefined =>
    maps.find(({ metadata }) => metadata.name === name)?.data[key];
  const cluster = text('kubeadm-config', 'ClusterConfiguration');
  const read = cluster === undefined ? undefined : readKubeadmConfig(cluster);
  if (cluster === undefined || read === undefined) return undefined;
  const components = [text('kubelet-config', 'kubelet'), text('kube-proxy', 'config.conf')];
  return {
    version: read.kubernetesVersion,
    ...(read.controlPlaneEndpoint === undefined ? {} : { endpoint: read.controlPlaneEndpoint }),
    etcd: read.etcd,
    ...(read.podSubnet === undefined ? {} : { podSubnet: read.podSubnet }),
    cluster,
    components: components.flatMap((each) => each ?? []),
  };
};

/** Where what is asked for under an endpoint arrives: without a port at 6443 (kubeadm, constants.go, KubeAPIServerPort). */
export const hostOf = (endpoint: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(endpoint)?.[1] ?? endpoint.replace(/:\d+$/, '');

/** The first control plane of a cluster that is restored onto other hosts. */
export interface FirstControlPlane {
  readonly name: string;
  /** Of its API server and of its etcd. */
  readonly address: string;
  /** Instead of the endpoint that the cluster had. */
  readonly endpoint?: string;
  /** Pods may run on it: there is no worker. */
  readonly schedulable: boolean;
  readonly kubeadm: KubeadmOptions;
}

const document = z.looseObject({ apiVersion: z.string() });

/**
 * What `kubeadm init` is configured with, so that it writes the same cluster for another host. The InitConfiguration is
 * the last of its documents: a token may be appended to it. Source: kubeadm, v1beta4 and v1beta3; tried on the lab, 1.35.4.
 * @throws z.ZodError for a configuration that `readSavedConfiguration` did not make.
 */
export const recoveryConfiguration = (
  { cluster, components }: SavedConfiguration,
  { name, address, endpoint, schedulable, kubeadm }: FirstControlPlane,
): string => {
  const saved = document.parse(parse(cluster));
  const { ignorePreflightErrors, patches } = kubeadm;
  const init = {
    apiVersion: saved.apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: address },
    nodeRegistration: {
      name,
      ...(ignorePreflightErrors.length === 0 ? {} : { ignorePreflightErrors: [...ignorePreflightErrors] }),
      ...(schedulable ? { taints: [] } : {}),
    },
    ...(patches === undefined ? {} : { patches: { directory: patches } }),
  };
  const here = endpoint === undefined ? saved : { ...saved, controlPlaneEndpoint: endpoint };
  return [stringify(here), ...components.map((each) => `${each.trim()}\n`), stringify(init)].join('---\n');
};

/** Other names of the machines, in certificates: one too many harms nobody. */
const harmless = new Set(['controlPlaneEndpoint', 'certSANs', 'serverCertSANs', 'peerCertSANs']);

const without = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (harmless.has(key) ? [] : [[key, without(each)]])),
  );
};

/** Which of these addresses the ClusterConfiguration gives to a component, where they would still lead to the old machine. */
export const addressesIn = ({ cluster }: SavedConfiguration, addresses: readonly string[]): readonly string[] => {
  const text = stringify(without(parse(cluster)));
  return [...new Set(addresses)].filter((address) =>
    new RegExp(String.raw`(?<![\w.])${address.replaceAll('.', String.raw`\.`)}(?![\w.])`).test(text),
  );
};
