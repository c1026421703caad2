import type { KubeObject } from '../world/world.ts';
import { converged } from './converged.ts';
import type { CreateWish } from './create-wish.ts';
import type { Found } from './found.ts';
import type { Wish } from './invariant.ts';
import { bareLacks, recordsLeft } from './nodes-moved.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

interface NodeFields {
  readonly spec?: {
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
}

const plane = 'node-role.kubernetes.io/control-plane';

const labelLacks = (world: SeenWorld, { name, role }: SeenHost, { labels }: CreateWish): readonly string[] => {
  const has = world.objects.get('Node', undefined, name)?.metadata.labels ?? {};
  const wanted = { ...labels.get(name), ...(role === 'control-plane' ? { [plane]: '' } : {}) };
  return Object.entries(wanted)
    .filter(([key, value]) => has[key] !== value)
    .map(([key, value]) => `${name}: it lacks the label ${key}=${value}`);
};

const taintLacks = (world: SeenWorld, host: SeenHost, { taints, schedulable }: CreateWish): readonly string[] => {
  const node: (KubeObject & NodeFields) | undefined = world.objects.get('Node', undefined, host.name);
  const has = (node?.spec?.taints ?? [])
    .filter(({ key }) => !key.startsWith('node.kubernetes.io/'))
    .map(({ key, value = '', effect }) => `${key}=${value}:${effect}`);
  const own = host.role === 'control-plane' && !schedulable ? [`${plane}=:NoSchedule`] : [];
  const wanted = [...own, ...(taints.get(host.name) ?? [])];
  return [
    ...wanted.filter((each) => !has.includes(each)).map((each) => `${host.name}: it lacks the taint ${each}`),
    ...has.filter((each) => !wanted.includes(each)).map((each) => `${host.name}: it has the taint ${each}`),
  ];
};

/** As it has to be for a kubelet also after the next start. */
const kernelLacks = ({ name, files, machine }: SeenHost): readonly string[] => {
  const text = (path: string): string => (files.stat(path) === undefined ? '' : files.read(path));
  return [
    ...(machine.swap.length === 0 ? [] : [`${name}: it has swap`]),
    ...(/^[^#\s]\S*\s+\S+\s+swap\s/m.test(text('/etc/fstab')) ? [`${name}: its next start brings swap`] : []),
    ...(machine.forwards ? [] : [`${name}: it passes no packets on`]),
    ...(text('/etc/sysctl.d/99-kubernetes.conf').includes('net.ipv4.ip_forward = 1')
      ? []
      : [`${name}: its next start passes no packets on`]),
    ...(text('/etc/modules-load.d/kubernetes.conf').includes('overlay')
      ? []
      : [`${name}: its next start loads no overlay`]),
  ];
};

/** That of `kubeadm init` lives for a minute, and was shown to nobody. */
const mostMs = 60_000;

interface SecretFields {
  readonly data?: Readonly<Record<string, string>>;
}

const isShort = (world: SeenWorld, secret: KubeObject): boolean => {
  const { data }: KubeObject & SecretFields = secret;
  const until = Date.parse(Buffer.from(data?.['expiration'] ?? '', 'base64').toString());
  return until - world.kernel.now <= mostMs;
};

const secretLacks = (world: SeenWorld): readonly string[] => [
  ...world.objects
    .list('Secret', 'kube-system')
    .filter(({ metadata: { name } }) => name === 'kubeadm-certs' || name.startsWith('bootstrap-token-'))
    .filter((secret) => !isShort(world, secret))
    .map(({ metadata }) => `the Secret ${metadata.name} is left`),
  ...[...world.hosts.values()].flatMap(recordsLeft),
];

const memberLacks = ({ etcd }: SeenWorld, { controlPlanes }: CreateWish): readonly string[] =>
  etcd.members.length === controlPlanes ? [] : [`etcd has ${etcd.members.length} members, not ${controlPlanes}`];

const networkLacks = (world: SeenWorld, { network }: CreateWish): readonly string[] =>
  network === undefined || world.objects.get('DaemonSet', 'kube-system', network) !== undefined
    ? []
    : [`the DaemonSet ${network} is not there`];

const madeLacks = (world: SeenWorld, wish: Wish, create: CreateWish, found: Found): readonly string[] => [
  ...converged(world, wish, found),
  ...[...world.hosts.values()].flatMap((host) => [
    ...labelLacks(world, host, create),
    ...taintLacks(world, host, create),
    ...kernelLacks(host),
  ]),
  ...secretLacks(world),
  ...memberLacks(world, create),
  ...networkLacks(world, create),
];

/** Bare again: no mark of the cluster either. Packages, containerd and images stay (docs/create.md). */
const endedLacks = (world: SeenWorld): readonly string[] =>
  [...world.hosts.values()].flatMap((host) => [
    ...bareLacks(host).map((lack) => `${host.name}: ${lack}`),
    ...(host.files.stat(`/var/lib/nodeops-host/${world.cluster}`) === undefined
      ? []
      : [`${host.name}: it still bears the mark of ${world.cluster}`]),
    ...(host.packages.has('kubelet') ? [] : [`${host.name}: its kubelet was taken off`]),
  ]);

/** What still differs from what was asked for. */
export const createLacks = (world: SeenWorld, wish: Wish, create: CreateWish, found: Found): readonly string[] => {
  if (create.refused !== undefined) return ['it was to be refused'];
  return create.kind === 'reset' ? endedLacks(world) : madeLacks(world, wish, create, found);
};
