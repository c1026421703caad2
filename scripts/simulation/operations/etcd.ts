import { etcdReplaceMember } from '../../../src/cli/commands/etcd-replace-member.ts';
import { etcdUpgrade } from '../../../src/cli/commands/etcd.ts';
import { databaseFile, memberDirectory } from '../../../src/simulator/cluster/etcd-data.ts';
import { manifestPath } from '../../../src/simulator/cluster/manifests.ts';
import { joinedManifest } from '../../../src/simulator/cluster/joined-manifest.ts';
import type { Actor } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { controlPlanesOf, endEtcd, removeFiles } from '../restore/disaster.ts';
import { pass } from '../quiet-run.ts';
import type { Ground } from '../ground.ts';
import type { Scenario } from '../scenario.ts';
import type { EtcdReplacement, EtcdScenario, Loss } from './etcd-scenario.ts';
import { inventoryText, typedOptions, type Operation } from './operation.ts';

const person: Actor = { kind: 'person', name: 'ana' };

const takenOut = ({ world }: Ground, { name }: Host): void => {
  const member = world.etcd.members.find(({ host }) => host === name);
  if (member === undefined) return;
  const { id, learner } = member;
  world.etcd.remove(id);
  world.emit({ type: 'member-removed', host: name, member: id, learner, actor: person });
};

const addedByHand = ({ world }: Ground, { name }: Host): void => {
  const { id, learner } = world.etcd.addLearner(name);
  world.emit({ type: 'member-added', host: name, member: id, learner, actor: person });
};

const started = ({ world }: Ground, { files }: Host): void => {
  const all = world.etcd.members.map(({ host }) => ({ name: host, address: world.hosts.get(host)?.address ?? '' }));
  const path = manifestPath('etcd');
  files.write(path, joinedManifest(files.read(path), all), person, { mode: 0o600 });
};

const waited = 15_000;

const acts: Readonly<Record<Loss, (ground: Ground, host: Host) => Promise<void> | void>> = {
  none: () => undefined,
  unnoticed: (_ground, host) => removeFiles(host),
  deleted: (ground, host) => {
    removeFiles(host);
    endEtcd(ground, host);
  },
  torn: (ground, host) => {
    host.files.write(databaseFile, '\0'.repeat(64), person, { mode: 0o600 });
    endEtcd(ground, host);
  },
  removed: takenOut,
  added: async (ground, host) => {
    takenOut(ground, host);
    await pass(ground, waited);
    addedByHand(ground, host);
  },
  learning: async (ground, host) => {
    takenOut(ground, host);
    await pass(ground, waited);
    addedByHand(ground, host);
    if (host.files.stat(memberDirectory) !== undefined)
      host.files.move(memberDirectory, '/var/lib/etcd/member-of-before', person);
    started(ground, host);
  },
};

const lostNode = (world: World, { at }: EtcdReplacement): Host | undefined => controlPlanesOf(world)[at];

/** Brings etcd to what the scenario says, before anybody begins. */
export const layEtcd = async (ground: Ground, etcd: EtcdScenario): Promise<void> => {
  ground.world.etcd.foundsAnew = !etcd.joined;
  if (etcd.kind === 'upgrade') return;
  const host = lostNode(ground.world, etcd);
  if (host === undefined) return;
  await acts[etcd.loss](ground, host);
  await pass(ground, etcd.noticedMs);
};

/** `nodeops etcd upgrade`, `nodeops etcd replace-member`. */
export const etcdOperation = (scenario: Scenario, etcd: EtcdScenario, world: World): Operation => {
  const inventory = inventoryText(scenario, [...world.hosts.values()]);
  if (etcd.kind === 'upgrade') {
    const { image, unknown, resumes } = etcd;
    return {
      text: `nodeops etcd upgrade --image ${image}`,
      inventory,
      type: (parts, dryRun) => etcdUpgrade(parts, { ...typedOptions(dryRun), image }),
      lastLook: 'verify-etcd',
      resumes,
      wish: { etcd: { kind: 'upgrade', image, unknown } },
    };
  }
  const node = lostNode(world, etcd)?.name ?? '';
  return {
    text: `nodeops etcd replace-member ${node}`,
    inventory,
    type: (parts, dryRun) => etcdReplaceMember(parts, node, typedOptions(dryRun)),
    lastLook: 'verify-etcd-member',
    resumes: etcd.resumes,
    wish: { etcd: { kind: 'replace', node } },
  };
};
