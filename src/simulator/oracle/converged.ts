import { certificateLacks } from './certificates-renewed.ts';
import { etcdLacks } from './etcd-looked-after.ts';
import { kubeletLacks } from './kubelets-configured.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';
import type { KubeObject } from '../world/world.ts';
import type { Found } from './found.ts';
import { nodesLacks } from './nodes-moved.ts';
import { becomesNode, type Wish } from './invariant.ts';
import { maintenanceLacks, maintenanceOf, staysCordoned } from './maintenance.ts';
import {
  cordonMark,
  isReady,
  isUnschedulable,
  kubeletConfOf,
  kubernetesPackages,
  registeredVersion,
  repositoryMinor,
  versionedPackages,
} from './reading.ts';
import { minorText, upstream } from './version.ts';

const packagesLack = (host: SeenHost, wish: Wish, found: Found): readonly string[] => {
  const lacks: string[] = [];
  for (const name of versionedPackages) {
    const installed = host.packages.get(name);
    if (installed === undefined || upstream(installed.version) !== wish.version)
      lacks.push(`package ${name} is ${installed?.version ?? 'not installed'}`);
  }
  for (const { name, status, held } of host.packages.values()) {
    if (kubernetesPackages.has(name) && status !== 'installed') lacks.push(`package ${name} is ${status}`);
    const becomes = becomesNode(wish, host.name);
    const isNew = becomes && versionedPackages.has(name);
    const wanted = isNew || found.holds.get(host.name)?.has(name) === true;
    if (held !== wanted && !(held && becomes) && !(held && found.firstHolds.get(host.name)?.has(name) === true))
      lacks.push(`package ${name} is ${held ? '' : 'not '}held`);
  }
  const minor = repositoryMinor(host);
  if (minor !== undefined && minor !== minorText(wish.version)) lacks.push(`its repository is that of ${minor}`);
  return lacks;
};

const runningLack = (host: SeenHost, wish: Wish): readonly string[] => {
  const lacks: string[] = [];
  if (host.power !== 'up') lacks.push('it is down');
  if (host.kubelet.running !== wish.version) lacks.push(`its kubelet runs ${host.kubelet.running ?? 'not'}`);
  for (const { name, version, state } of host.components.values()) {
    if (state !== 'running') lacks.push(`its ${name} is ${state}`);
    if (name !== 'etcd' && version !== wish.version) lacks.push(`its ${name} is ${version}`);
  }
  return lacks;
};

const nodeLacks = (world: SeenWorld, node: string, wish: Wish, found: Found): readonly string[] => {
  const lacks: string[] = [];
  const registered = registeredVersion(world, node);
  if (registered !== wish.version) lacks.push(`it is registered as ${registered ?? 'nothing'}`);
  if (!isReady(world, node)) lacks.push('it is not Ready');
  const cordoned = isUnschedulable(world, node);
  const wanted = staysCordoned(node, wish, found);
  if (wanted !== undefined && cordoned !== wanted) lacks.push(cordoned ? 'it is cordoned' : 'it is no longer cordoned');
  const mark = cordonMark(world, node);
  if (mark !== undefined) lacks.push(`it bears the mark of run ${mark}`);
  return lacks;
};

/**
 * What a finished run may not leave on a host: owed holds, lent API servers, snapshots (they hold every Secret), programs
 * that were unpacked to be asked, units.
 */
const leftovers = (host: SeenHost, found: Found): readonly string[] => {
  const { files, units } = host;
  const lacks: string[] = [];
  for (const name of ['holds', 'kubelet.conf', 'kubelet.conf.lent'])
    if (files.stat(`/var/lib/nodeops/${name}`) !== undefined) lacks.push(`/var/lib/nodeops/${name} is left`);
  const before = found.kubeletConfs.get(host.name);
  if (before !== '' && kubeletConfOf(host) !== before) lacks.push('its kubelet.conf is not as it was');
  if (files.stat('/etc/kubernetes/kubelet.conf.nodeops') !== undefined) lacks.push('kubelet.conf.nodeops is left');
  for (const directory of ['/var/lib/etcd', '/var/lib/nodeops']) {
    if (files.stat(directory)?.kind !== 'directory') continue;
    for (const name of files.list(directory)) {
      if (name.endsWith('.db') || name.endsWith('.db.part') || name.startsWith('asked-'))
        lacks.push(`${directory}/${name} is left`);
      const below = `${directory}/${name}`;
      if (directory !== '/var/lib/nodeops' || files.stat(below)?.kind !== 'directory') continue;
      for (const file of files.list(below)) if (file.endsWith('.db')) lacks.push(`${below}/${file} is left`);
    }
  }
  for (const { name, state } of units.values())
    if (name.startsWith('nodeops-') && (state === 'active' || state === 'activating'))
      lacks.push(`the unit ${name} runs`);
  return lacks;
};

interface Containers {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
}

const clusterLacks = (world: SeenWorld, wish: Wish): readonly string[] => {
  const lacks: string[] = [];
  const config = world.objects.get('ConfigMap', 'kube-system', 'kubeadm-config')?.['data'];
  const text = config === undefined ? '' : JSON.stringify(config);
  if (!text.includes(`kubernetesVersion: v${wish.version}\\n`)) lacks.push(`kubeadm-config is not of ${wish.version}`);
  const proxy: (KubeObject & Containers) | undefined = world.objects.get('DaemonSet', 'kube-system', 'kube-proxy');
  const image = proxy?.spec?.template?.spec?.containers?.[0]?.image;
  if (proxy !== undefined && image?.endsWith(`:v${wish.version}`) !== true)
    lacks.push(`kube-proxy is ${image ?? 'without image'}`);
  for (const { host, learner, alarm } of world.etcd.members)
    if (learner || alarm !== undefined)
      lacks.push(`etcd member ${host} is ${learner ? 'a learner' : `in alarm ${alarm ?? ''}`}`);
  return lacks;
};

const maintained = (world: SeenWorld, host: SeenHost, wish: Wish, found: Found): readonly string[] => {
  const maintenance = maintenanceOf(wish, host.name);
  return maintenance === undefined ? [] : maintenanceLacks(world, host, maintenance, found);
};

/** Whether a host is to be a node in the end. */
const isOf =
  ({ nodes }: Wish) =>
  ({ name }: SeenHost): boolean =>
    nodes?.leaves.has(name) !== true || nodes.joins.has(name);

/**
 * What still differs between the world and the wish, a line each; empty when the cluster is where it was to go and
 * otherwise as it was found.
 */
export const converged = (world: SeenWorld, wish: Wish, found: Found): readonly string[] => [
  ...[...world.hosts.values()]
    .filter(isOf(wish))
    .flatMap((host) =>
      [
        ...packagesLack(host, wish, found),
        ...runningLack(host, wish),
        ...nodeLacks(world, host.name, wish, found),
        ...leftovers(host, found),
        ...maintained(world, host, wish, found),
      ].map((lack) => `${host.name}: ${lack}`),
    ),
  ...clusterLacks(world, wish),
  ...nodesLacks(world, wish.nodes),
  ...certificateLacks(world, wish, found.certificates),
  ...kubeletLacks(world, wish, found.kubeletFiles),
  ...etcdLacks(world, wish, found.etcd),
];
