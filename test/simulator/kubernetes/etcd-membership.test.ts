import { describe, expect, it } from 'vitest';
import { addLearner, promoteMember, removeMember } from '../../../src/commands/etcd-replacement.ts';
import { etcdAnswer } from '../../../src/facts/etcd-here.ts';
import { etcdHealth } from '../../../src/facts/etcd-health.ts';
import { etcdMembers } from '../../../src/facts/etcd-members.ts';
import type { Command } from '../../../src/model/command.ts';
import { memberDirectory } from '../../../src/simulator/cluster/etcd-data.ts';
import { joinedManifest } from '../../../src/simulator/cluster/joined-manifest.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { toolbox, valueOf } from './ask.ts';
import { hostOf, pass, run, smallWorld, type Ran } from './run-tool.ts';

const person = { kind: 'person', name: 'ana' } as const;
const lost = 'paris-cp3';
const manifest = '/etc/kubernetes/manifests/etcd.yaml';

const typed = (world: World, { argv }: Command): Ran => run(hostOf(world, 'paris-cp1'), argv, { toolbox });

const idOf = (world: World, node: string): string => {
  const found = world.etcd.members.find(({ host }) => host === node);
  if (found === undefined) throw new Error(`no member on ${node}`);
  return BigInt(found.id).toString(16);
};

const stop = (world: World, node: string): void => world.containers.stop(hostOf(world, node), 'etcd', person);
const stateOf = (world: World): string => hostOf(world, lost).components.get('etcd')?.state ?? '';

/** Its data are gone, and its etcd is ended. */
const lose = (world: World): void => {
  hostOf(world, lost).files.remove(memberDirectory, person, { recursive: true });
  stop(world, lost);
};

const remove = (world: World): Ran => typed(world, removeMember(idOf(world, lost)));
const add = (world: World): Ran => typed(world, addLearner(lost, 'https://172.31.0.13:2380'));
const promote = (world: World): Ran => typed(world, promoteMember(idOf(world, lost)));

/** With a manifest that names these members. */
const start = (world: World, ...nodes: readonly string[]): void => {
  const { files } = hostOf(world, lost);
  const members = nodes.map((name) => ({ name, address: hostOf(world, name).address }));
  files.write(manifest, joinedManifest(files.read(manifest), members), person);
  world.containers.start(hostOf(world, lost), 'etcd', person);
  pass(world, 30_000);
};

describe('a member of etcd that is replaced', () => {
  it('goes, comes back as a learner without a name, learns, and is given its vote', () => {
    const world = smallWorld({ controlPlanes: 3 });
    lose(world);
    const before = idOf(world, lost);
    expect(remove(world)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Member \s*[0-9a-f]+ removed from cluster /),
    });
    expect(world.etcd.hasQuorum()).toBe(true);
    const added = add(world);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(' added as learner to cluster ') });
    expect(added.stdout).toContain('ETCD_INITIAL_CLUSTER_STATE="existing"');
    expect(idOf(world, lost)).not.toBe(before);
    const seen = valueOf(world, etcdMembers).find(({ learner }) => learner);
    expect(seen).toMatchObject({ name: '', started: false, peerUrls: ['https://172.31.0.13:2380'], clientUrls: [] });
    start(world, 'paris-cp1', 'paris-cp2', lost);
    expect(stateOf(world)).toBe('running');
    expect(valueOf(world, etcdHealth).find(({ healthy }) => !healthy)?.error).toBe(
      'etcdserver: rpc not supported for learner',
    );
    expect(promote(world)).toMatchObject({ code: 0, stdout: expect.stringContaining(' promoted in cluster ') });
    expect(world.etcd.members.every(({ learner, started, lag }) => !learner && started && lag === 0)).toBe(true);
    expect(valueOf(world, etcdHealth).every(({ healthy }) => healthy)).toBe(true);
  });

  it('ends at once where its manifest names other members than there are', () => {
    const world = smallWorld({ controlPlanes: 3 });
    lose(world);
    remove(world);
    add(world);
    start(world, 'paris-cp1', lost);
    expect(stateOf(world)).not.toBe('running');
  });

  it('ends over the data of the member that was removed', () => {
    const world = smallWorld({ controlPlanes: 3 });
    stop(world, lost);
    remove(world);
    add(world);
    start(world, 'paris-cp1', 'paris-cp2', lost);
    expect(stateOf(world)).not.toBe('running');
  });

  it('ends of its own removal within seconds', () => {
    const world = smallWorld({ controlPlanes: 3 });
    pass(world, 10_000);
    expect(remove(world).code).toBe(0);
    expect(stateOf(world)).toBe('running');
    pass(world, 8000);
    expect(stateOf(world)).not.toBe('running');
  });
});

const revive = (world: World, ...nodes: readonly string[]): void => {
  lose(world);
  if (nodes.length > 0) start(world, ...nodes);
  else {
    world.containers.start(hostOf(world, lost), 'etcd', person);
    pass(world, 30_000);
  }
};

describe('an etcd without data', () => {
  it('comes up under its old identity where its manifest names every member (lab, 3.6.6)', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const before = idOf(world, lost);
    revive(world, 'paris-cp1', 'paris-cp2', lost);
    expect(stateOf(world)).toBe('running');
    expect(world.etcd.runOf(lost)).toMatchObject({ live: true });
    expect(idOf(world, lost)).toBe(before);
  });

  it('founds a cluster of its own where its manifest was written anew, and calls that healthy (lab, 3.6.6)', () => {
    const world = smallWorld({ controlPlanes: 3 });
    world.etcd.foundsAnew = true;
    revive(world);
    expect(stateOf(world)).toBe('running');
    const { clusterId, memberId } = world.etcd.runOf(lost);
    expect(clusterId).not.toBe(world.etcd.clusterId);
    expect(BigInt(memberId).toString(16)).not.toBe(idOf(world, lost));
    expect(valueOf(world, etcdHealth).every(({ healthy }) => healthy)).toBe(true);
    expect(world.etcd).toMatchObject({ empty: false });
    expect(valueOf(world, etcdAnswer, lost).here).toMatchObject({ clusterId, memberId });
  });
});

describe('etcd refuses', () => {
  it('to remove a voter that is well while another one is away', () => {
    const world = smallWorld({ controlPlanes: 3 });
    pass(world, 10_000);
    stop(world, 'paris-cp2');
    expect(remove(world)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Error: etcdserver: unhealthy cluster'),
    });
  });

  it('to add a second learner, or one at an address that is taken', () => {
    const world = smallWorld({ controlPlanes: 3 });
    expect(add(world).stderr).toContain('Error: etcdserver: Peer URLs already exists');
  });

  it('to promote a voter, and one that has yet to be started', () => {
    const world = smallWorld({ controlPlanes: 3 });
    expect(promote(world).stdout).toContain('can only promote a learner member\n');
  });
});
