import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { restoredClusterId, verifyRestoredEtcd } from '../../src/steps/verify-restored-etcd.ts';
import { members, restore } from './restore-values.ts';
import { bound, health, member, onCluster, status } from './values.ts';

const wanted = members(3);
const step = bound(verifyRestoredEtcd, { restore, members: wanted, revision: 2530 }, onCluster);
const clusterId = restoredClusterId(restore, wanted);
const all = [0, 1, 2];
const seen = {
  members: all.map((index) => member(index)),
  health: all.map((index) => health(index)),
  status: all.map((index) => status(index, { clusterId, revision: 1_000_002_540 })),
  alarms: [],
  objects: 355,
};
const second = (change: object) => ({
  ...seen,
  status: seen.status.map((each, index) => (index === 1 ? { ...each, ...change } : each)),
});

describe('verify-restored-etcd', () => {
  it('is satisfied by every member of the restored cluster', () => expect(step.check(seen)).toEqual(satisfied));

  it.each([
    ['one has not come yet', { ...seen, members: seen.members.slice(1) }, 'pending', 'paris-cp1 has not started'],
    ['one is not healthy', { ...seen, health: seen.health.slice(1) }, 'pending', 'is not healthy'],
    ['one runs on other data', second({ clusterId: '42' }), 'blocked', 'is cluster 42, not the one that was restored'],
    ['one is of another time', second({ revision: 2531 }), 'blocked', 'is at revision 2531'],
    ['it is empty', { ...seen, objects: 0 }, 'blocked', 'holds no object'],
  ])('%s', (_what, sight, kind, words) => {
    const verdict = step.check(sight);
    expect(verdict.kind).toBe(kind);
    expect(JSON.stringify(verdict)).toContain(words);
  });

  it('knows the cluster by its token', () =>
    expect(restoredClusterId('2-2026-11-21-235810-875f', wanted)).not.toBe(clusterId));
});
