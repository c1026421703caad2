import { describe, expect, it } from 'vitest';
import { outFirst, parallelWorkers, unavailableWorkers } from '../../src/playbook/order.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject } from '../steps/values.ts';

describe('how many workers may be out at once', () => {
  it.each([
    [{ count: 1 }, 10, 1],
    [{ count: 3 }, 10, 3],
    [{ count: 20 }, 10, 20],
    [{ percent: 25 }, 10, 2],
    [{ percent: 25 }, 3, 1],
    [{ percent: 1 }, 10, 1],
    [{ percent: 100 }, 7, 7],
    [{ percent: 33 }, 9, 2],
    [{ percent: 34 }, 9, 3],
    [{ percent: 50 }, 0, 1],
  ])('%j of %i: %i', (limit, workers, expected) => expect(unavailableWorkers(limit, workers)).toBe(expected));

  it('control planes do not count', () => {
    const cluster = { ...makeCluster('cp1', 'cp2', 'cp3', 'w1', 'w2', 'w3', 'w4'), maxUnavailable: { percent: 50 } };
    expect(parallelWorkers(cluster)).toBe(2);
  });
});

describe('the order of nodes', () => {
  const lanes = ['a', 'b', 'c', 'd'].map((node) => ({ node, items: [] }));
  const order = (...nodes: Parameters<typeof outFirst>[1]) => outFirst(lanes, nodes).map(({ node }) => node);

  it.each([
    ['as in the inventory', ['a', 'b', 'c', 'd'].map((name) => nodeObject(name)), ['a', 'b', 'c', 'd']],
    ['cordoned ones first', [nodeObject('c', { unschedulable: true })], ['c', 'a', 'b', 'd']],
    [
      'those not Ready first',
      [nodeObject('d', { ready: 'Unknown' }), nodeObject('b', { ready: 'False' })],
      ['b', 'd', 'a', 'c'],
    ],
    ['nothing known of them', [], ['a', 'b', 'c', 'd']],
  ])('%s', (_what, nodes, expected) => expect(order(...nodes)).toEqual(expected));

  it('a lane about the cluster stays', () =>
    expect(outFirst([{ items: [] }], [nodeObject('a')])).toEqual([{ items: [] }]));
});
