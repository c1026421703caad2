import { describe, expect, it } from 'vitest';
import { memberDirectory } from '../../../src/simulator/cluster/etcd-data.ts';
import { manifestPath } from '../../../src/simulator/oracle/found-etcd.ts';
import { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { hostOf, ours, pass, smallWorld } from '../kubernetes/run-tool.ts';

const person = { kind: 'person', name: 'ana' } as const;
const node = 'paris-cp3';

const watched = (etcd: NonNullable<Wish['etcd']>, befall: (world: World) => void = () => undefined) => {
  const world = smallWorld({ controlPlanes: 3 });
  befall(world);
  const oracle = new Oracle(world, { version: '1.35.4', maxUnavailable: 1, etcd });
  return { world, lacks: () => oracle.etcd?.lacks ?? [] };
};

const stop = (world: World, name: string, component: 'etcd' | 'kube-scheduler' = 'etcd'): void =>
  world.containers.stop(hostOf(world, name), component, ours);

const removed = (world: World, host: string): void => {
  const member = world.etcd.members.find((each) => each.host === host);
  if (member === undefined) throw new Error(`no member on ${host}`);
  world.etcd.remove(member.id);
  world.emit({ type: 'member-removed', host, member: member.id, learner: false, actor: ours });
};

const added = (world: World, learner: boolean): void => {
  const member = world.etcd.addLearner(node);
  if (!learner) member.learner = false;
  world.emit({ type: 'member-added', host: node, member: member.id, learner, actor: ours });
};

const lose = (world: World): void => world.containers.stop(hostOf(world, node), 'etcd', person);
const replace = { kind: 'replace', node } as const;
const upgrade = { kind: 'upgrade', image: 'registry.k8s.io/etcd:3.6.8-0', unknown: false } as const;

describe('what watches etcd', () => {
  it('has nothing against a member that is lost, goes, and comes as a learner', () => {
    const { world, lacks } = watched(replace, lose);
    removed(world, node);
    added(world, true);
    expect(lacks()).toEqual([]);
  });

  it.each([
    [
      'a new member is a voter',
      [(world: World) => removed(world, node), (world: World) => added(world, false)],
      'learner-first',
    ],
    ['another member goes', [(world: World) => removed(world, 'paris-cp1')], 'nobody asked for that'],
    [
      'another voter is ill',
      [
        (world: World) => world.containers.stop(hostOf(world, 'paris-cp2'), 'etcd', person),
        (world: World) => pass(world, 60_000),
        (world: World) => removed(world, node),
      ],
      'beside paris-cp2',
    ],
    [
      'its data are deleted',
      [
        (world: World) => hostOf(world, node).files.remove(memberDirectory, ours, { recursive: true }),
        (world: World) => removed(world, node),
      ],
      'old-data',
    ],
    [
      'another program is ended',
      [(world: World) => stop(world, node, 'kube-scheduler')],
      'kube-scheduler of paris-cp3',
    ],
  ] as const)('says so where %s', (_what, acts, says) => {
    const { world, lacks } = watched(replace, lose);
    for (const act of acts) act(world);
    expect(lacks().join('\n')).toContain(says);
  });

  it('says so where a member goes that is well', () => {
    const { world, lacks } = watched(replace);
    removed(world, node);
    expect(lacks().join('\n')).toContain('while its etcd is running');
    expect(lacks().join('\n')).toContain('is not the one that was lost');
  });

  it.each([
    ['before its manifest was taken away', true],
    ['after that', false],
  ])('asks whether a learner that got its vote from elsewhere was one %s', (_when, early) => {
    const { world, lacks } = watched(replace);
    const member = world.etcd.members.find(({ host }) => host === node);
    if (member === undefined) throw new Error('no member');
    member.learner = !early;
    hostOf(world, node).files.remove(manifestPath('etcd'), ours);
    member.learner = false;
    stop(world, node);
    removed(world, node);
    expect(lacks().join('\n').includes('is not the one that was lost')).toBe(early);
  });

  it('says so where a second member is ended beside the first, and quorum with it', () => {
    const { world, lacks } = watched(upgrade);
    stop(world, 'paris-cp1');
    expect(lacks()).toEqual([]);
    pass(world, 60_000);
    stop(world, 'paris-cp2');
    expect(lacks().join('\n')).toContain('one-down: etcd of paris-cp2 was ended while that of paris-cp1 is down');
    expect(lacks().join('\n')).toContain('have no quorum since');
  });
});
