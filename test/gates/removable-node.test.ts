import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../src/facts/nodes.ts';
import { removableNode } from '../../src/gates/removable-node.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { bound, kubeadmConfigOf, nodeObject, onCluster } from '../steps/values.ts';

const { controlPlaneEndpoint: _endpoint, ...config } = kubeadmConfigOf('1.36.3');
const told = (nodes: readonly NodeObject[], given: object, endpoint?: string) => {
  const seen = { nodes, config: endpoint === undefined ? config : { ...config, controlPlaneEndpoint: endpoint } };
  const verdict = bound(removableNode, { node: 'paris-cp1', ...given }, onCluster).check(seen);
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : verdict;
};
const one = nodeObject('paris-cp1');
const other = nodeObject('paris-cp2', { internalIp: '172.31.0.12' });
const worker = nodeObject('paris-w1', { internalIp: '172.31.0.21' });

describe('removable-node', () => {
  it('lets one of several control planes go, and a worker', () => {
    expect(told([one, other, worker], {}, 'api.paris.example:6443')).toEqual(satisfied);
    expect(told([one, worker], { node: 'paris-w1' })).toEqual(satisfied);
  });

  it('keeps the only control plane', () =>
    expect(told([one, worker], {})).toEqual(['paris-cp1 is the only control plane: without it there is no cluster']));

  it('keeps the one that everybody asks for', () =>
    expect(told([one, other], {}, '172.31.0.11:6443')).toEqual([
      'the cluster is asked for at 172.31.0.11:6443, the address of paris-cp1: without it no kubelet finds an API server',
    ]));

  it('keeps a control plane while another one is away, which would have to do without it', () => {
    const away = { ...other, ready: 'Unknown' } as const;
    expect(told([one, away, worker], {})).toEqual([
      'paris-cp2 is Ready Unknown, and would have to carry the cluster without paris-cp1',
    ]);
    expect(told([one, away, worker], { node: 'paris-w1' })).toEqual(satisfied);
    expect(told([{ ...one, ready: 'Unknown' }, away], { dead: true })).toEqual(satisfied);
  });

  it('does not take a node for gone that is Ready', () => {
    expect(told([one, other], { dead: true })).toEqual(['paris-cp1 is Ready: its kubelet was heard of a moment ago']);
    expect(told([{ ...one, ready: 'Unknown' }, other], { dead: true })).toEqual(satisfied);
  });

  it('has nothing against one that is gone already', () => expect(told([other], { dead: true })).toEqual(satisfied));
});
