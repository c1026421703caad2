import { describe, expect, it } from 'vitest';
import { rolledOut, type Workload } from '../../src/facts/workloads.ts';

const settled: Workload = {
  namespace: 'kube-system',
  kind: 'Deployment',
  name: 'coredns',
  images: ['coredns:v1.14.2'],
  desired: 2,
  total: 2,
  updated: 2,
  ready: 2,
  available: 2,
  observed: true,
};

describe('rolledOut', () => {
  it.each<[string, Partial<Workload>, boolean]>([
    ['all pods new and ready', {}, true],
    ['a DaemonSet that no node wants', { kind: 'DaemonSet', desired: 0, total: 0, updated: 0, ready: 0 }, true],
    ['a specification that its controller has not seen', { observed: false }, false],
    ['old pods left', { updated: 1 }, false],
    ['one pod short, within maxUnavailable', { ready: 1 }, false],
    ['old pods ready in place of new ones', { total: 4, updated: 2, ready: 2 }, false],
  ])('%s: %o → %s', (_, change, expected) => expect(rolledOut({ ...settled, ...change })).toBe(expected));
});
