import { describe, expect, it } from 'vitest';
import { sameCluster } from '../../src/gates/same-cluster.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const host = { hostname: 'paris-w1', machineId: 'm1' };
const ours = `AB${':CD'.repeat(31)}`;
const another = `EF${':01'.repeat(31)}`;
const verdict = (authority: string, clusterCa?: string) =>
  bound(sameCluster, { authority }, onWorker()).check({
    host: clusterCa === undefined ? host : { ...host, clusterCa },
  });

describe('same-cluster', () => {
  it('passes a node of it, and a bare host', () => {
    expect(verdict(ours, ours)).toEqual(satisfied);
    expect(verdict(ours)).toEqual(satisfied);
    expect(verdict('')).toEqual(satisfied);
  });

  it.each([
    ['a node of another cluster', ours, 'the host behind paris-w1 belongs to another cluster'],
    ['a node of nobody knows which', '', 'no control plane of paris says whether it is this one'],
  ])('blocks %s', (_what, authority, because) =>
    expect(verdict(authority, another)).toMatchObject({ kind: 'blocked', because: expect.stringContaining(because) }),
  );
});
