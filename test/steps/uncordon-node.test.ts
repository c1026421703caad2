import { describe, expect, it } from 'vitest';
import { uncordonNode } from '../../src/steps/uncordon-node.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { bound, kubectlLine, nodeObject, onWorker } from './values.ts';

const step = bound(uncordonNode, {}, onWorker());
const ours = nodeObject('paris-w1', { unschedulable: true, cordonedBy: 'r0' });
const other = nodeObject('paris-w2', { unschedulable: true, cordonedBy: 'r0' });
const mark = '/metadata/annotations/nodeops.dev~1cordoned-by';

describe('uncordon-node', () => {
  it.each([
    ['in service', nodeObject('paris-w1'), satisfied],
    ['cordoned by someone else stays cordoned', nodeObject('paris-w1', { unschedulable: true }), satisfied],
    ['cordoned by a run of ours, whichever', ours, needed('uncordon')],
    [
      'uncordoned by someone, our mark left',
      nodeObject('paris-w1', { cordonedBy: 'r0' }),
      needed('take off the mark of run r0: someone has uncordoned the node'),
    ],
    [
      'another node',
      other,
      blocked('the cluster has no node paris-w1', 'compare `kubectl get nodes` with the inventory'),
    ],
  ])('%s', (_what, node, verdict) => expect(step.check({ nodes: [node] })).toEqual(verdict));

  it('takes mark and cordon off in one patch that fails where the mark has changed', () => {
    expect(step.typed({ nodes: [other, ours] })).toEqual([
      `paris-cp1: ${kubectlLine} patch node paris-w1 --type=json '--patch=[{"op":"test","path":"${mark}","value":"r0"},{"op":"remove","path":"${mark}"},{"op":"remove","path":"/spec/unschedulable"}]'`,
    ]);
    expect(step.typed({ nodes: [nodeObject('paris-w1', { cordonedBy: 'r0' })] })[0]).not.toContain('unschedulable');
  });

  it('expects this node back, and no other', () => {
    expect(step.after({ nodes: [other, ours] })).toEqual({ nodes: [other, nodeObject('paris-w1')] });
  });
});
