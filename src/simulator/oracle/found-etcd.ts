import { databaseFile, logFile, memberDirectory } from '../cluster/etcd-data.ts';
import { controlPlanes } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

const textOf = ({ files }: SeenHost, path: string): string | undefined =>
  files.stat(path)?.kind === 'file' ? files.read(path) : undefined;

/** One member's data as its files say; a part that is not there is undefined. */
export interface MemberData {
  readonly database: string | undefined;
  readonly log: string | undefined;
}

/** The data in one directory of a member. */
export const dataIn = (host: SeenHost, directory = memberDirectory): MemberData => ({
  database: textOf(host, `${directory}${databaseFile.slice(memberDirectory.length)}`),
  log: textOf(host, logFile(directory)),
});

export const manifestPath = (component: string): string => `/etc/kubernetes/manifests/${component}.yaml`;

export const manifestOf = (host: SeenHost, component: string): string | undefined =>
  textOf(host, manifestPath(component));

/** How etcd was before anybody of ours began. */
export interface FoundEtcd {
  /** Host → its member's data. */
  readonly data: ReadonlyMap<string, MemberData>;
  /** Host → the ID that the list has for it. */
  readonly ids: ReadonlyMap<string, string>;
  /** Host → etcd's manifest. */
  readonly manifests: ReadonlyMap<string, string>;
  /** Host → `3.6.6-0`. */
  readonly versions: ReadonlyMap<string, string>;
  /** What kubeadm would make the next cluster's control plane of. */
  readonly configuration: string;
  /** Members that were well. */
  readonly well: ReadonlySet<string>;
}

const configurationOf = ({ objects }: SeenWorld): string =>
  JSON.stringify(objects.get('ConfigMap', 'kube-system', 'kubeadm-config')?.['data'] ?? {});

export const lookAtEtcd = (world: SeenWorld): FoundEtcd => {
  const hosts = controlPlanes(world);
  const isWell = ({ name }: SeenHost): boolean => memberLacks(world, name).length === 0;
  return {
    data: new Map(hosts.map((host) => [host.name, dataIn(host)])),
    ids: new Map(world.etcd.members.map(({ host, id }) => [host, id])),
    manifests: new Map(hosts.map((host) => [host.name, manifestOf(host, 'etcd') ?? ''])),
    versions: new Map(hosts.map(({ name, components }) => [name, components.get('etcd')?.version ?? ''])),
    configuration: configurationOf(world),
    well: new Set(hosts.filter(isWell).map(({ name }) => name)),
  };
};

/** Why the member of a host is none that the cluster can count on, a line each. */
export const memberLacks = (world: SeenWorld, name: string): readonly string[] => {
  const host = world.hosts.get(name);
  const member = world.etcd.members.find((each) => each.host === name);
  if (host === undefined || member === undefined) return ['it has no member of etcd'];
  const { live, memberId } = world.etcd.runOf(name);
  const runs = host.power === 'up' && host.components.get('etcd')?.state === 'running';
  return [
    ...(runs ? [] : ['its etcd does not run']),
    ...(runs && !live ? ['its etcd is of another cluster'] : []),
    ...(runs && live && memberId !== member.id ? ['its etcd runs as another member'] : []),
    ...(member.started ? [] : ['its member was never started']),
    ...(member.learner ? ['its member is a learner'] : []),
    ...(dataIn(host).log === undefined ? ['its member has no data on the disk'] : []),
  ];
};

/** Whether kubeadm's configuration of the cluster is the one that was found. */
export const isConfigurationKept = (world: SeenWorld, { configuration }: FoundEtcd): boolean =>
  configurationOf(world) === configuration;
