import { describe, expect, it } from 'vitest';
import { sameCluster } from '../../src/gates/same-cluster.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(sameCluster, {}, onWorker());
const host = { hostname: 'paris-w1', machineId: 'm1' };
const ours = `AB${':CD'.repeat(31)}`;
const another = `EF${':01'.repeat(31)}`;

describe('same-cluster', () => {
  it.each([
    ['a node of it', { host: { ...host, clusterCa: ours }, ca: { sha256: ours } }],
    ['a bare host', { host, ca: { sha256: ours } }],
    ['a node whose control plane is bare by now', { host: { ...host, clusterCa: ours }, ca: undefined }],
  ])('passes %s', (_what, seen) => expect(step.check(seen)).toEqual(satisfied));

  it('blocks a node of another cluster', () =>
    expect(step.check({ host: { ...host, clusterCa: another }, ca: { sha256: ours } })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('the host behind paris-w1 belongs to another cluster'),
    }));
});
