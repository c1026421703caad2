import { describe, expect, it } from 'vitest';
import type { NodeEpoch } from '../../../src/facts/node-epoch.ts';
import type { OwnerLease } from '../../../src/facts/owner-lease.ts';
import { changeBetween, judgeLock, looksAlive, nextEpoch, type Holding } from '../../../src/run/lock/judge-lock.ts';
import type { LockSight } from '../../../src/run/lock/look-at-lock.ts';
import { makeCluster } from '../scripted.ts';

const cluster = makeCluster('cp1', 'cp2', 'w1');
const ana = 'ana@bastion:1:aaaaaaaaaaaa-1';
const eve = 'eve@laptop:2:bbbbbbbbbbbb-2';

const lease = (epoch: number, holder: string, part: Partial<OwnerLease> = {}): OwnerLease => ({
  resourceVersion: '10',
  holder: holder === '' ? '' : `${holder}/r-${holder.slice(0, 3)}`,
  epoch,
  annotations: {},
  ...part,
});
const node = (epoch: number, holder: string, part: Partial<NodeEpoch> = {}): NodeEpoch => ({
  epoch,
  run: `r-${holder.slice(0, 3)}`,
  holder,
  since: 1000,
  beat: '5',
  silentMs: 300_000,
  ...part,
});
/** `away` is a node that could not be asked. */
type Seen = NodeEpoch | 'absent' | 'away';
const asSeen = (seen: Seen): NodeEpoch | 'absent' | undefined => (seen === 'away' ? undefined : seen);
const sight = (inLease: LockSight['lease'], cp1: Seen, cp2: Seen = cp1, w1: Seen = cp1): LockSight => ({
  lease: inLease,
  place: { node: 'cp1', apiServer: 'https://cp1:6443' },
  epochs: new Map([
    ['cp1', asSeen(cp1)],
    ['cp2', asSeen(cp2)],
    ['w1', asSeen(w1)],
  ]),
  spoilt: [],
});
const brief = (holding: Holding): string =>
  holding.kind === 'held' ? `${holding.owner.holder} ${holding.owner.run} ${holding.owner.epoch}` : holding.kind;

describe('whose a cluster is', () => {
  it.each<[string, LockSight, string, number]>([
    ['never owned', sight('absent', 'absent'), 'free', 1],
    ['never owned, and no API server answers', sight(undefined, 'absent'), 'free', 1],
    ['released', sight(lease(7, ''), node(7, ana)), 'free', 8],
    ['released before the nodes were raised', sight(lease(8, ''), node(7, ana)), 'free', 9],
    ['held', sight(lease(7, ana), node(7, ana)), `${ana} r-ana 7`, 8],
    ['held, its nodes not raised yet', sight(lease(8, eve), node(7, ana)), `${eve} r-eve 8`, 9],
    ['etcd was restored: the lease is older than the nodes', sight(lease(3, ''), node(7, ana)), `${ana} r-ana 7`, 8],
    ['the same, with a holder of long ago', sight(lease(3, eve), node(7, ana)), `${ana} r-ana 7`, 8],
    ['the lease was deleted', sight('absent', node(7, ana)), `${ana} r-ana 7`, 8],
    ['no API server answers: the nodes say so', sight(undefined, node(7, ana)), `${ana} r-ana 7`, 8],
    ['one node is ahead of the others', sight(undefined, node(7, ana), node(8, eve)), `${eve} r-eve 8`, 9],
    [
      'a worker is ahead of the lease',
      sight(lease(7, ''), node(7, ana), node(7, ana), node(9, eve)),
      `${eve} r-eve 9`,
      10,
    ],
    [
      'a lock that was broken without an API server',
      sight(lease(7, ana), node(8, eve, { run: 'break-r9' })),
      'free',
      9,
    ],
    [
      'broken, and the lease not emptied',
      sight({ ...lease(8, eve), holder: `${eve}/break-r9` }, node(8, eve, { run: 'break-r9' })),
      'free',
      9,
    ],
    ['a node that was set up anew', sight(lease(7, ana), 'absent', node(7, ana)), `${ana} r-ana 7`, 8],
    ['nodes that cannot be asked', sight(lease(7, ana), 'away'), `${ana} r-ana 7`, 8],
  ])('%s', (_what, seen, holding, next) => {
    expect([brief(judgeLock(cluster, seen, () => false)), nextEpoch(seen)]).toEqual([holding, next]);
  });

  it('what cannot be understood is nobody’s to take', () => {
    const spoilt = { ...sight('absent', 'absent'), spoilt: ['/var/lib/nodeops/epoch on cp1 cannot be understood: x'] };
    expect(judgeLock(cluster, spoilt, () => false)).toEqual({ kind: 'spoilt', why: spoilt.spoilt[0] });
  });

  it('tells whether its process, on this machine, has ended', () => {
    const asked: unknown[] = [];
    const holding = judgeLock(cluster, sight(lease(7, ana), node(7, ana)), (mark) => asked.push(mark) > 0);
    expect(holding).toMatchObject({ kind: 'held', owner: { gone: true } });
    expect(asked).toEqual([{ pid: 1, place: 'aaaaaaaaaaaa', startedAt: '1' }]);
    expect(judgeLock(cluster, sight(lease(7, 'somebody'), node(7, 'somebody')), () => true)).toMatchObject({
      owner: { gone: false },
    });
  });

  it('the youngest heartbeat of a control plane counts, one of another epoch does not', () => {
    const seen = sight(
      lease(7, ana),
      node(7, ana, { silentMs: 9000 }),
      node(6, eve, { silentMs: 1 }),
      node(7, ana, { silentMs: 2 }),
    );
    expect(judgeLock(cluster, seen, () => false)).toMatchObject({ owner: { silentMs: 9000 } });
  });

  it('a heartbeat from before the clock of its node was set back says nothing', () => {
    const { silentMs: _ahead, ...seen } = node(7, ana);
    const holding = judgeLock(cluster, sight(lease(7, ana, { renewedAt: 1000 }), seen), () => false);
    expect(holding).toMatchObject({ kind: 'held', owner: { renewedAt: 1000 } });
    expect(holding.kind === 'held' && looksAlive(holding.owner, 1_000_000)).toBe(false);
  });
});

describe('looks alive', () => {
  const now = 1_000_000;
  it.each([
    ['renewed a moment ago', { renewedAt: now - 59_000 }, true],
    ['a minute ago', { renewedAt: now - 60_000 }, false],
    ['in the future: another clock', { renewedAt: now + 1000 }, false],
    ['a heartbeat', { renewedAt: now - 600_000, silentMs: 20_000 }, true],
    ['none for a minute', { silentMs: 60_000 }, false],
    ['nothing known', {}, false],
  ])('%s', (_what, part, alive) => {
    expect(looksAlive({ epoch: 7, holder: ana, run: 'r1', gone: false, ...part }, now)).toBe(alive);
  });
});

describe('what passed between two looks', () => {
  const before = sight(lease(7, ana), node(7, ana));
  it.each<[string, LockSight, LockSight, string]>([
    ['nothing', before, before, 'silent'],
    ['the lease was renewed', before, sight(lease(7, ana, { resourceVersion: '11' }), node(7, ana)), 'alive'],
    [
      'a heartbeat on one control plane',
      before,
      sight(lease(7, ana), node(7, ana), node(7, ana, { beat: '6' })),
      'alive',
    ],
    [
      'only a worker changed',
      before,
      sight(lease(7, ana), node(7, ana), node(7, ana), node(7, ana, { beat: '6' })),
      'silent',
    ],
    ['the API went away', before, sight(undefined, node(7, ana)), 'gap'],
    ['the API came back', sight(undefined, node(7, ana)), before, 'gap'],
    ['it was away all the time', sight(undefined, node(7, ana)), sight(undefined, node(7, ana)), 'silent'],
    ['a control plane was away', before, sight(lease(7, ana), node(7, ana), 'away'), 'gap'],
    ['in both looks', sight(lease(7, ana), node(7, ana), 'away'), sight(lease(7, ana), node(7, ana), 'away'), 'gap'],
    ['away, and another one beat', before, sight(undefined, node(7, ana, { beat: '6' })), 'alive'],
    ['the lease was deleted', before, sight('absent', node(7, ana)), 'alive'],
  ])('%s: %s', (_what, a, b, change) => expect(changeBetween(cluster, a, b)).toBe(change));
});
