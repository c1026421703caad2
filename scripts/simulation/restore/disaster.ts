import { namespaceObject, userWorkload } from '../../../src/simulator/cluster/first-objects.ts';
import { databaseFile, memberDirectory } from '../../../src/simulator/cluster/etcd-data.ts';
import { metadata, type Maker } from '../../../src/simulator/cluster/objects.ts';
import type { SeenObject } from '../../../src/simulator/oracle/invariant.ts';
import type { Actor } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import type { KubeObject } from '../../../src/simulator/world/world.ts';
import type { Ground } from '../ground.ts';
import type { Disaster } from './restore-scenario.ts';

const person: Actor = { kind: 'person', name: 'ana' };

const makerOf = ({ kernel, random }: Ground): Maker => ({ random, now: () => kernel.now });

const configMap = (maker: Maker, name: string, text: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(maker, { name, namespace: 'default' }),
  data: { is: text },
});

/** Controllers and kubelets make and end these by themselves. */
const passing: ReadonlySet<string> = new Set(['Pod', 'Lease', 'Event', 'Job']);

/** What the API holds now and nothing but people ends. */
export const lastingObjects = (world: World): readonly SeenObject[] =>
  world.objects
    .everything()
    .filter(({ object }) => !passing.has(object.kind))
    .map(({ object: { kind, metadata: of } }) => ({ kind, namespace: of.namespace, name: of.name, uid: of.uid }));

/** Something that will be missed. */
export const beforeBackup = (ground: Ground): void =>
  ground.world.objects.put(configMap(makerOf(ground), 'kept', 'old'), person);

/** What people do after the backup: it is what a restore takes back. */
export const afterBackup = (ground: Ground): void => {
  const { objects } = ground.world;
  const maker = makerOf(ground);
  objects.remove('ConfigMap', 'default', 'kept', person);
  objects.put(configMap(maker, 'kept', 'new'), person);
  objects.put(namespaceObject(maker, 'after'), person);
  objects.put(userWorkload(maker, { namespace: 'after', name: 'late', kind: 'Deployment', replicas: 2 }), person);
};

export const controlPlanesOf = (world: World): readonly Host[] =>
  [...world.hosts.values()].filter(({ role }) => role === 'control-plane');

export const removeFiles = ({ files }: Host): void => {
  if (files.stat(memberDirectory) !== undefined) files.remove(memberDirectory, person, { recursive: true });
};

/** Its kubelet starts the container again as it would any that ended. */
export const endEtcd = ({ world, kernel }: Ground, host: Host): void => {
  world.containers.stop(host, 'etcd', person);
  kernel.after(1000, () => world.containers.start(host, 'etcd', person));
};

const objectsDeleted = ({ world }: Ground): void => {
  world.objects.remove('Deployment', 'shop', 'api', person);
  for (const pod of world.objects.list('Pod', 'shop'))
    if (pod.metadata.labels?.['app'] === 'api') world.pods.delete(pod, person);
  world.objects.remove('ConfigMap', 'default', 'kept', person);
};

const acts: Readonly<Record<Disaster, (ground: Ground) => void>> = {
  nothing: () => undefined,
  'objects-deleted': objectsDeleted,
  'files-deleted': ({ world }) => controlPlanesOf(world).forEach(removeFiles),
  'all-lost': (ground) => {
    const all = controlPlanesOf(ground.world);
    all.forEach(removeFiles);
    for (const host of all) endEtcd(ground, host);
  },
  'majority-torn': (ground) => {
    const all = controlPlanesOf(ground.world);
    for (const host of all.slice(-(Math.floor(all.length / 2) + 1))) {
      host.files.write(databaseFile, '\0'.repeat(64), person, { mode: 0o600 });
      endEtcd(ground, host);
    }
  },
};

export const befall = (ground: Ground, disaster: Disaster): void => acts[disaster](ground);
