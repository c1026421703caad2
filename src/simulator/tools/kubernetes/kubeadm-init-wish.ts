import { parseAllDocuments, stringify } from 'yaml';
import { SimulatorGap } from '../../gap.ts';
import { clusterConfiguration, kubeletConfiguration } from '../../cluster/configuration-templates.ts';
import type { Taint } from '../../cluster/objects.ts';
import { ignoredIds } from './kubeadm-complaints.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { isMap } from './value.ts';

/** What the documents of `kubeadm init --config` say, as far as it is modelled. */
export interface InitWish {
  readonly cluster: string;
  readonly version: string;
  readonly node: string;
  readonly address: string;
  /** `controlPlaneEndpoint`. */
  readonly endpoint: string | undefined;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  /** Undefined: kubeadm's own. */
  readonly taints: readonly Taint[] | undefined;
  readonly token: { readonly id: string; readonly secret: string; readonly ttl: string } | undefined;
  readonly ignored: ReadonlySet<string>;
  /** The kubelets' configuration, with kubeadm's defaults. */
  readonly kubelet: string;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (isMap(value) ? value : {});
const textIn = (fields: Fields, key: string): string => {
  const { [key]: value } = fields;
  return typeof value === 'string' ? value : '';
};
const listIn = (fields: Fields, key: string): readonly unknown[] => {
  const { [key]: value } = fields;
  return Array.isArray(value) ? value : [];
};

const known: Readonly<Record<string, readonly string[]>> = {
  ClusterConfiguration: [
    'apiVersion',
    'kind',
    'clusterName',
    'kubernetesVersion',
    'controlPlaneEndpoint',
    'networking',
  ],
  InitConfiguration: ['apiVersion', 'kind', 'localAPIEndpoint', 'nodeRegistration', 'bootstrapTokens'],
  KubeletConfiguration: [],
};

/** By kind. @throws SimulatorGap for a kind or a field that is not modelled. */
const documentsIn = (text: string): ReadonlyMap<string, Fields> => {
  const found = new Map<string, Fields>();
  for (const each of [parseAllDocuments(text)].flat()) {
    const fields = fieldsOf(each.toJS());
    const kind = textIn(fields, 'kind');
    const fit = known[kind];
    const strange = Object.keys(fields).find((key) => fit !== undefined && fit.length > 0 && !fit.includes(key));
    if (fit === undefined || strange !== undefined)
      throw new SimulatorGap(`kubeadm init: ${kind}${strange === undefined ? '' : `, ${strange}`} is not modelled`);
    found.set(kind, fields);
  }
  return found;
};

/** The lab's own settings, which no kubeadm gives by itself. */
const ofTheLab = ['evictionHard', 'failCgroupV1', 'failSwapOn', 'imageGCHighThresholdPercent', 'resolvConf'];

/**
 * kubeadm's defaults with what was asked for over them, in the order of the keys. The defaults are those of the recorded
 * kubelet-config without what the lab asked for (1.35.4).
 */
const kubeletText = (wished: Fields): string => {
  const [template] = [parseAllDocuments(kubeletConfiguration)].flat();
  const fields = fieldsOf(template?.toJS());
  const own = Object.fromEntries(Object.entries(fields).filter(([key]) => !ofTheLab.includes(key)));
  return stringify(
    { ...own, cgroupDriver: 'systemd', ...wished },
    { sortMapEntries: true, indentSeq: false, lineWidth: 0 },
  );
};

const isEffect = (value: unknown): value is Taint['effect'] =>
  value === 'NoSchedule' || value === 'PreferNoSchedule' || value === 'NoExecute';

/** The taints of a nodeRegistration; undefined where it names none, which is not the same as an empty list. */
const taintsIn = (registration: Fields): readonly Taint[] | undefined =>
  registration['taints'] === undefined
    ? undefined
    : listIn(registration, 'taints').flatMap((each) => {
        const fields = fieldsOf(each);
        const { effect, value } = fields;
        if (!isEffect(effect)) return [];
        return [{ key: textIn(fields, 'key'), effect, ...(typeof value === 'string' ? { value } : {}) }];
      });

const tokenIn = (init: Fields): InitWish['token'] => {
  const [first] = listIn(init, 'bootstrapTokens').map(fieldsOf);
  if (first === undefined) return undefined;
  const [id = '', secret = ''] = textIn(first, 'token').split('.', 2);
  return { id, secret, ttl: textIn(first, 'ttl') || '24h0m0s' };
};

/** @throws KubeadmError where the file is not there. */
export const initWish = (run: KubeadmRun): InitWish => {
  const path = run.call.path(run.parsed.flags.get('config') ?? '');
  if (run.host.files.stat(path) === undefined)
    throw new KubeadmError(`couldn't read configuration from "${path}": open ${path}: no such file or directory`);
  const documents = documentsIn(run.host.files.read(path));
  const [cluster, init] = [documents.get('ClusterConfiguration') ?? {}, documents.get('InitConfiguration') ?? {}];
  const networking = fieldsOf(cluster['networking']);
  const registration = fieldsOf(init['nodeRegistration']);
  const { controlPlaneEndpoint: endpoint } = cluster;
  return {
    cluster: textIn(cluster, 'clusterName') || 'kubernetes',
    version: textIn(cluster, 'kubernetesVersion').replace(/^v/, ''),
    node: textIn(registration, 'name') || run.host.name,
    address: textIn(fieldsOf(init['localAPIEndpoint']), 'advertiseAddress') || run.host.address,
    endpoint: typeof endpoint === 'string' ? endpoint : undefined,
    podSubnet: textIn(networking, 'podSubnet'),
    serviceSubnet: textIn(networking, 'serviceSubnet') || '10.96.0.0/12',
    taints: taintsIn(registration),
    token: tokenIn(init),
    ignored: new Set([
      ...ignoredIds(run),
      ...listIn(registration, 'ignorePreflightErrors').map((id) => String(id).toLowerCase()),
    ]),
    kubelet: kubeletText(documents.get('KubeletConfiguration') ?? {}),
  };
};

/** The ClusterConfiguration as it is kept. Recorded, 1.35.4. */
export const keptConfiguration = (wish: InitWish): string => {
  const text = clusterConfiguration
    .replace('CLUSTER', wish.cluster)
    .replace('VERSION', wish.version)
    .replace('10.244.0.0/16', wish.podSubnet)
    .replace('10.96.0.0/12', wish.serviceSubnet);
  return wish.endpoint === undefined
    ? text.replace('controlPlaneEndpoint: ENDPOINT\n', '')
    : text.replace('ENDPOINT', wish.endpoint);
};
