import { isConfigurationKept, manifestOf, memberLacks, type FoundEtcd } from './found-etcd.ts';
import type { Wish } from './invariant.ts';
import { controlPlanes } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

type Replaced = Extract<NonNullable<Wish['etcd']>, { readonly kind: 'replace' }>;

const withImage = (manifest: string, image: string): string => manifest.replace(/^( {4}image: ).*$/m, `$1${image}`);

/** Who belongs to the cluster is what a manifest may say otherwise after a replacement. */
const withoutMembers = (manifest: string): string => manifest.replaceAll(/^ {4}- --initial-cluster.*\n/gm, '');

const membersNamed = (manifest: string): string =>
  (/--initial-cluster=(\S+)/.exec(manifest)?.[1] ?? '').split(',').toSorted().join(',');

const left = (host: SeenHost, path: string): readonly string[] =>
  host.files.stat(path) === undefined ? [] : [`${path} is left`];

const imageLacks = (host: SeenHost, image: string, found: FoundEtcd): readonly string[] => {
  const runs = host.components.get('etcd')?.image;
  const wanted = withImage(found.manifests.get(host.name) ?? '', image);
  return [
    ...(runs === image ? [] : [`its etcd runs ${runs ?? 'not'}`]),
    ...(manifestOf(host, 'etcd') === wanted ? [] : ['its etcd.yaml is not the one of before with another image']),
  ];
};

/** A replacement that is written down as over. */
const isClosed = ({ files }: SeenHost): boolean => {
  const members = '/var/lib/nodeops-etcd/members';
  const all = files.stat(members) === undefined ? [] : files.list(members);
  return all.every((name) => files.stat(`${members}/${name}/done`) !== undefined);
};

const replacedLacks = (world: SeenWorld, host: SeenHost, found: FoundEtcd): readonly string[] => {
  const member = world.etcd.members.find((each) => each.host === host.name);
  const manifest = manifestOf(host, 'etcd') ?? '';
  const all = controlPlanes(world).map(({ name, address }) => `${name}=https://${address}:2380`);
  const before = found.manifests.get(host.name) ?? '';
  const wasReplaced = member?.id !== found.ids.get(host.name);
  return [
    ...(withoutMembers(manifest) === withoutMembers(before)
      ? []
      : ['its etcd.yaml says more than who the members are']),
    ...(wasReplaced && membersNamed(manifest) !== all.toSorted().join(',')
      ? ['its etcd.yaml names other members']
      : []),
    ...(isClosed(host) ? [] : ['its replacement is not written down as over']),
  ];
};

const nodeLacks = (world: SeenWorld, host: SeenHost, wish: Replaced, found: FoundEtcd): readonly string[] => {
  if (host.name === wish.node) return replacedLacks(world, host, found);
  const isSame = manifestOf(host, 'etcd') === found.manifests.get(host.name);
  return isSame ? [] : ['its etcd.yaml was changed'];
};

/** What still differs from etcd as it was asked for, and from all else as it was, a line each. */
export const etcdLacks = (
  world: SeenWorld,
  { etcd: wish }: Pick<Wish, 'etcd'>,
  found: FoundEtcd,
): readonly string[] => {
  if (wish === undefined) return [];
  const hosts = controlPlanes(world);
  return [
    ...(isConfigurationKept(world, found) ? [] : ['kubeadm-config was changed']),
    ...(world.etcd.members.length === hosts.length ? [] : [`etcd has ${world.etcd.members.length} members`]),
    ...hosts.flatMap((host) =>
      [
        ...memberLacks(world, host.name),
        ...(wish.kind === 'upgrade' ? imageLacks(host, wish.image, found) : nodeLacks(world, host, wish, found)),
        ...left(host, '/etc/kubernetes/.nodeops-etcd'),
        ...left(host, '/var/lib/nodeops-etcd/away'),
      ].map((lack) => `${host.name}: ${lack}`),
    ),
  ];
};
