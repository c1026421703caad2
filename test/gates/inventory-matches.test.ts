import { describe, expect, it } from 'vitest';
import { inventoryMatches } from '../../src/gates/inventory-matches.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, nodeObject, onCluster } from '../steps/values.ts';

const step = bound(inventoryMatches, { controlPlaneNames: ['paris-cp1'], workerNames: ['paris-w1'] }, onCluster);
const cp1 = nodeObject('paris-cp1');
const w1 = nodeObject('paris-w1');
const differs = (what: string) =>
  blocked(
    `the inventory of paris and the cluster differ: ${what}`,
    'compare `kubectl get nodes` with `nodes:` in the inventory; names are those of the Node objects',
  );

describe('inventory-matches', () => {
  it.each([
    ['the same', [cp1, w1], satisfied],
    ['in another order', [w1, cp1], satisfied],
    ['one is not in the cluster', [cp1], differs('not in the cluster: paris-w1')],
    ['one is not in the inventory', [cp1, w1, nodeObject('paris-w2')], differs('not in the inventory: paris-w2')],
    [
      'a worker is a control plane',
      [cp1, { ...w1, controlPlane: true }],
      differs('paris-w1 is a control plane in the cluster'),
    ],
    [
      'a control plane is a worker',
      [{ ...cp1, controlPlane: false }, w1],
      differs('paris-cp1 is a worker in the cluster'),
    ],
    [
      'all at once',
      [{ ...cp1, controlPlane: false }, nodeObject('x')],
      differs('not in the cluster: paris-w1; not in the inventory: x; paris-cp1 is a worker in the cluster'),
    ],
  ])('%s', (_what, nodes, verdict) => expect(step.check({ nodes })).toEqual(verdict));
});
