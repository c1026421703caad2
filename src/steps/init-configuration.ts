import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { joiningTaints } from '../commands/kubeadm-join.ts';
import type { KubeadmOptions } from '../model/cluster.ts';
import type { Taint } from '../model/taint.ts';
import type { Version } from '../model/version.ts';

/** What a cluster is made with. */
export interface InitWish {
  readonly cluster: string;
  readonly version: Version;
  /** The first control plane. */
  readonly node: string;
  readonly address: string;
  /** It is one of several addresses, and was chosen. */
  readonly addressChosen: boolean;
  readonly endpoint?: string | undefined;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  /** Who manages control groups for the container runtime. */
  readonly driver: 'systemd' | 'cgroupfs';
  /** Pods may run on control planes: there are no workers. */
  readonly schedulable: boolean;
  readonly taints?: readonly Taint[] | undefined;
  readonly kubeadm: KubeadmOptions;
  /** Documents of the operator's own; what they say goes before what is said here. */
  readonly configuration?: string | undefined;
}

type Document = Readonly<Record<string, unknown>>;

const initOf = ({ node, address, addressChosen, schedulable, taints, kubeadm }: InitWish): Document => {
  const all = joiningTaints('control-plane', { taints, schedulable });
  const { ignorePreflightErrors: ignored, patches } = kubeadm;
  return {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: address },
    nodeRegistration: {
      name: node,
      ...(addressChosen ? { kubeletExtraArgs: [{ name: 'node-ip', value: address }] } : {}),
      ...(all === undefined ? {} : { taints: [...all] }),
      ...(ignored.length === 0 ? {} : { ignorePreflightErrors: [...ignored] }),
    },
    ...(patches === undefined ? {} : { patches: { directory: patches } }),
  };
};

const clusterOf = ({ cluster, version, endpoint, podSubnet, serviceSubnet }: InitWish): Document => ({
  apiVersion: 'kubeadm.k8s.io/v1beta4',
  kind: 'ClusterConfiguration',
  clusterName: cluster,
  kubernetesVersion: `v${version}`,
  ...(endpoint === undefined ? {} : { controlPlaneEndpoint: endpoint }),
  networking: { podSubnet, serviceSubnet },
});

const kubeletOf = ({ driver }: InitWish): Document => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  cgroupDriver: driver,
});

const document = z.record(z.string(), z.unknown());
const isMap = (value: unknown): value is Document => document.safeParse(value).success;

/** Maps key by key, anything else as a whole. */
const over = (own: Document, theirs: Document): Document => ({
  ...own,
  ...Object.fromEntries(
    Object.entries(theirs).map(([key, value]) => {
      const { [key]: before } = own;
      return [key, isMap(before) && isMap(value) ? over(before, value) : value];
    }),
  ),
});

/** The operator's documents; the inventory's rules have made sure that they are some. */
const documentsIn = (text: string | undefined): readonly Document[] =>
  text === undefined ? [] : [parseAllDocuments(text)].flat().map((each) => document.parse(each.toJS()));

/**
 * What `kubeadm init` is configured with. The InitConfiguration is the last of its documents: a token may be appended to
 * it. Source: kubeadm, v1beta4. @throws Error for an operator's text that holds no documents.
 */
export const initConfiguration = (wish: InitWish): string => {
  const theirs = documentsIn(wish.configuration);
  const of = (kind: unknown): Document => theirs.find((each) => each['kind'] === kind) ?? {};
  const [cluster, kubelet, init] = [clusterOf(wish), kubeletOf(wish), initOf(wish)];
  const known = [cluster, kubelet, init].map(({ kind }) => kind);
  const others = theirs.filter(({ kind }) => !known.includes(kind));
  return [over(cluster, of('ClusterConfiguration')), over(kubelet, of('KubeletConfiguration')), ...others]
    .concat(over(init, of('InitConfiguration')))
    .map((each) => stringify(each))
    .join('---\n');
};

/** Whether the operator's documents let a kubelet of 1.35 and newer run on control groups of version 1. */
export const allowsCgroupV1 = (configuration: string | undefined): boolean =>
  documentsIn(configuration).some(
    ({ kind, failCgroupV1 }) => kind === 'KubeletConfiguration' && failCgroupV1 === false,
  );
