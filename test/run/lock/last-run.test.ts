import { describe, expect, it } from 'vitest';
import type { NodeEpoch } from '../../../src/facts/node-epoch.ts';
import type { OwnerLease } from '../../../src/facts/owner-lease.ts';
import { lastRun } from '../../../src/run/lock/last-run.ts';
import type { LockSight } from '../../../src/run/lock/look-at-lock.ts';
import { makeCluster } from '../scripted.ts';

const cluster = makeCluster('cp1', 'cp2', 'w1');
const holder = 'ana@bastion:1:aaaaaaaaaaaa-1';
const started = '2026-11-21T09:00:00.000Z';
const ended = '2026-11-21T09:30:00.000Z';
const notes = {
  'nodeops.dev/run': 'r-ana',
  'nodeops.dev/operator': 'ana',
  'nodeops.dev/host': 'bastion',
  'nodeops.dev/started': started,
  'nodeops.dev/playbook': 'upgrade',
  'nodeops.dev/parameters': '{}',
  'nodeops.dev/versions-before': '1.35.4 (3 nodes)',
  'nodeops.dev/wish': 'wish in the lease',
};
const ending = (outcome: string) => ({ ...notes, 'nodeops.dev/outcome': outcome, 'nodeops.dev/ended': ended });
const breaking = { 'nodeops.dev/run': 'r-eve', 'nodeops.dev/broken-by': 'eve@laptop', 'nodeops.dev/wish': 'wish' };

const lease = (epoch: number, annotations: OwnerLease['annotations'], held = false): OwnerLease => ({
  resourceVersion: '10',
  holder: held ? `${holder}/r-ana` : '',
  epoch,
  annotations,
});
const node = (epoch: number, part: Partial<NodeEpoch> = {}): NodeEpoch => ({
  epoch,
  run: 'r-ana',
  holder,
  since: 1_795_254_000,
  beat: '5',
  silentMs: 300_000,
  wish: 'wish on the nodes',
  ...part,
});
const withoutWish = (epoch: number): NodeEpoch => {
  const { wish: _wish, ...rest } = node(epoch);
  return rest;
};
const sight = (inLease: LockSight['lease'], cp1?: NodeEpoch | 'absent', others = cp1): LockSight => ({
  lease: inLease,
  place: { node: 'cp1', apiServer: 'https://cp1:6443' },
  epochs: new Map([
    ['cp1', cp1],
    ['cp2', others],
    ['w1', others],
  ]),
  spoilt: [],
});

const open = { kind: 'open' };
const failed = { kind: 'ended', outcome: 'failed', at: Date.parse(ended) };

describe('the run that had a cluster last', () => {
  it.each<[string, LockSight, string]>([
    ['none ever', sight('absent', 'absent'), 'none'],
    ['none ever, and no API server answers', sight(undefined, 'absent'), 'none'],
    ['a lease that somebody made by hand', sight(lease(0, {}), 'absent'), 'none'],
    ['nothing could be asked', sight(undefined), 'unseen'],
    ['one control plane is enough', sight(undefined, 'absent', undefined), 'none'],
  ])('%s: nothing to tell', (_what, seen, expected) => expect(lastRun(cluster, seen)).toBe(expected));

  it.each<[string, LockSight, object]>([
    [
      'it failed',
      sight(lease(7, ending('failed')), node(7)),
      {
        run: 'r-ana',
        by: 'ana@bastion',
        at: Date.parse(started),
        end: failed,
        wish: 'wish on the nodes',
        playbook: 'upgrade',
        from: '1.35.4 (3 nodes)',
      },
    ],
    ['it is done', sight(lease(7, ending('done')), node(7)), { end: { kind: 'ended', outcome: 'done' } }],
    ['it was killed', sight(lease(7, notes, true), node(7)), { run: 'r-ana', end: open, wish: 'wish on the nodes' }],
    [
      'killed before it had raised the nodes',
      sight(lease(8, notes, true), node(7, { run: 'r-old' })),
      { run: 'r-ana', end: open, wish: 'wish in the lease' },
    ],
    [
      'one of an older nodeops',
      sight(lease(7, { 'nodeops.dev/run': 'r-ana', 'nodeops.dev/outcome': 'failed' }), withoutWish(7)),
      { run: 'r-ana', by: undefined, at: undefined, wish: undefined, end: { ...failed, at: undefined } },
    ],
    [
      'no API server answers: the nodes tell',
      sight(undefined, node(7)),
      { run: 'r-ana', by: 'ana@bastion', at: 1_795_254_000_000, end: open, wish: 'wish on the nodes' },
    ],
    ['the lease was deleted', sight('absent', node(7)), { run: 'r-ana', end: open }],
    ['etcd was restored: the lease is of an earlier run', sight(lease(3, ending('done')), node(7)), { end: open }],
    ['one node is ahead of the others', sight(undefined, node(7), node(8, { run: 'r-eve' })), { run: 'r-eve' }],
    [
      'its lock was broken',
      sight(lease(8, breaking), node(8, { run: 'break-r-eve', holder: 'eve@laptop:1:bbbbbbbbbbbb-1' })),
      { end: { kind: 'broken', by: 'eve@laptop' }, wish: 'wish on the nodes', by: undefined },
    ],
    [
      'its lock was broken while no API server answered',
      sight(lease(7, notes, true), node(8, { run: 'break-r-eve', holder: 'eve@laptop:1:bbbbbbbbbbbb-1' })),
      { end: { kind: 'broken', by: 'eve@laptop' }, wish: 'wish on the nodes', by: undefined },
    ],
  ])('%s', (_what, seen, expected) => expect(lastRun(cluster, seen)).toMatchObject(expected));
});
