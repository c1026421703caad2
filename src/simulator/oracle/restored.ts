import { readDatabase } from '../cluster/etcd-data.ts';
import type { KubeObject } from '../world/world.ts';
import { converged } from './converged.ts';
import type { Found } from './found.ts';
import type { SeenObject, Wish } from './invariant.ts';
import { controlPlanes, workers } from './reading.ts';
import { databaseOf, type RestoreWatch } from './restore-watch.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

const keptBeside = '/var/lib/etcd-nodeops-restores';
const records = '/var/lib/nodeops-etcd';

const listed = ({ files }: SeenHost, directory: string): readonly string[] =>
  files.stat(directory)?.kind === 'directory' ? files.list(directory) : [];

/** Databases that lie beside etcd's own. */
const keptDatabases = (host: SeenHost): readonly string[] =>
  listed(host, keptBeside).flatMap((restore) => {
    const old = `${keptBeside}/${restore}/old`;
    return listed(host, old).flatMap((member) => {
      const path = `${old}/${member}/snap/db`;
      return host.files.stat(path) === undefined ? [] : [host.files.read(path)];
    });
  });

const memberLacks = (world: SeenWorld, host: SeenHost, snapshot: string, watch: RestoreWatch): readonly string[] => {
  const lacks: string[] = [];
  const data = readDatabase(world.cluster, databaseOf(host) ?? '');
  if (data?.kind !== 'restored' || data.snapshot !== snapshot) lacks.push('its etcd has not what was restored');
  const { live, quorum } = world.etcd.runOf(host.name);
  if (!live || !quorum) lacks.push('its etcd is none of those that serve');
  const kept = keptDatabases(host);
  for (const before of watch.replaced.get(host.name) ?? [])
    if (!kept.includes(before)) lacks.push(`what its etcd had before is gone: ${before.trim()}`);
  return lacks;
};

/** What may not stay: a snapshot holds every Secret, manifests that were taken away belong in their place. */
const leftLacks = (host: SeenHost): readonly string[] =>
  listed(host, records).flatMap((name) => {
    if (name === 'away') return [`${records}/${name} is left`];
    const inside = listed(host, `${records}/${name}`);
    const left = inside.filter((file) => file.startsWith('etcdutl') || file.endsWith('.db') || file === 'image');
    const open = host.role === 'control-plane' && !inside.includes('done') ? [`${records}/${name} is not ended`] : [];
    return [...open, ...left.map((file) => `${records}/${name}/${file} is left`)];
  });

const kubeletLacks = ({ kubelet }: SeenHost, since: number | undefined): readonly string[] =>
  kubelet.running !== undefined && (since === undefined || kubelet.since < since)
    ? ['its kubelet runs since before the data were back']
    : [];

/** One of a control plane is restarted before its etcd is started. */
const kubeletsSince = (watch: RestoreWatch, host: SeenHost): number | undefined =>
  host.role === 'worker' ? watch.servesSince : watch.exchangedAt.get(host.name);

const sameObject = (world: SeenWorld, { kind, namespace, name, uid }: SeenObject): boolean =>
  world.objects.get(kind, namespace, name)?.metadata.uid === uid;

const nameOf = ({ kind, namespace = '', name }: SeenObject): string => `${kind} ${namespace}/${name}`;

interface LeaseFields {
  readonly spec?: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

/** Where etcd takes no writes at the end, that is what is lacking, and of a member. */
const leaseLacks = (world: SeenWorld): readonly string[] => {
  if (world.etcd.members.some(({ alarm }) => alarm !== undefined) || !world.etcd.hasQuorum()) return [];
  const lease: (KubeObject & LeaseFields) | undefined = world.objects.get('Lease', 'kube-system', 'nodeops');
  if (lease === undefined) return ['there is no lease of nodeops'];
  const held = (lease.spec?.holderIdentity ?? '') === '' ? [] : ['the lease of nodeops is still held'];
  const epochs = controlPlanes(world).map(({ files }) =>
    files.stat('/var/lib/nodeops/epoch') === undefined ? 0 : Number.parseInt(files.read('/var/lib/nodeops/epoch'), 10),
  );
  const newest = Math.max(...epochs);
  const epoch = lease.spec?.leaseTransitions ?? 0;
  return epoch >= newest ? held : [...held, `the lease of nodeops is of epoch ${epoch}, and nodes have ${newest}`];
};

const objectLacks = (world: SeenWorld, { objects, later }: NonNullable<Wish['restore']>): readonly string[] => [
  ...objects.filter((each) => !sameObject(world, each)).map((each) => `${nameOf(each)} of the backup is not there`),
  ...later.filter((each) => sameObject(world, each)).map((each) => `${nameOf(each)}, made later, is there`),
];

/**
 * What is still missing after a restore, a line each: all members from the one snapshot, objects of then and none of
 * later, what was before kept, the lease free and as young as the nodes' epochs, every kubelet restarted since, and the
 * rest of the cluster as it was found.
 */
export const restoredLacks = (
  world: SeenWorld,
  wish: Wish,
  found: Found,
  restore: NonNullable<Wish['restore']>,
  watch: RestoreWatch,
): readonly string[] => [
  ...controlPlanes(world).flatMap((host) =>
    memberLacks(world, host, restore.snapshot, watch).map((lack) => `${host.name}: ${lack}`),
  ),
  ...[...controlPlanes(world), ...workers(world)].flatMap((host) =>
    [...leftLacks(host), ...kubeletLacks(host, kubeletsSince(watch, host))].map((lack) => `${host.name}: ${lack}`),
  ),
  ...objectLacks(world, restore),
  ...leaseLacks(world),
  ...converged(world, wish, found),
];
