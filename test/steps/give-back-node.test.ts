import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { giveBackNode } from '../../src/steps/give-back-node.ts';
import { bound, kubectlLine, nodeObject, onWorker } from './values.ts';

const step = bound(giveBackNode, {}, onWorker());
const out = nodeObject('paris-w1', { unschedulable: true });
const kept = { 'paris-w1': 'r0', 'paris-w2': 'r0' };
const mark = '/metadata/annotations/nodeops.dev~1kept-out-by';

describe('give-back-node', () => {
  it.each([
    ['in service', nodeObject('paris-w1'), {}, satisfied],
    ['kept out', out, kept, needed('uncordon')],
    [
      'uncordoned by someone, the mark left',
      nodeObject('paris-w1'),
      kept,
      needed('take off the mark of run r0: someone has uncordoned the node'),
    ],
    [
      'uncordoned by someone, the mark of a run left',
      nodeObject('paris-w1', { cordonedBy: 'r7' }),
      {},
      needed('take off the mark of run r7: someone has uncordoned the node'),
    ],
    [
      'cordoned by somebody else',
      out,
      {},
      blocked(
        'paris-w1 was cordoned by somebody else: it carries no mark of nodeops',
        'find out who needs it out; then: kubectl uncordon paris-w1',
      ),
    ],
    [
      'in the middle of a run',
      nodeObject('paris-w1', { unschedulable: true, cordonedBy: 'r7' }),
      {},
      blocked('paris-w1 was cordoned by the run r7, which has not ended there', 'go on with it: nodeops resume r7'),
    ],
    [
      'not in the cluster',
      nodeObject('paris-w2'),
      kept,
      blocked('the cluster has no node paris-w1', 'compare `kubectl get nodes` with the inventory'),
    ],
  ])('%s', (_what, node, marks, verdict) => expect(step.check({ nodes: [node], kept: marks })).toEqual(verdict));

  it('takes mark and cordon off in one patch that fails where the mark has changed', () => {
    expect(step.typed({ nodes: [out], kept })).toEqual([
      `paris-cp1: ${kubectlLine} patch node paris-w1 --type=json '--patch=[{"op":"test","path":"${mark}","value":"r0"},{"op":"remove","path":"${mark}"},{"op":"remove","path":"/spec/unschedulable"}]'`,
    ]);
    expect(step.typed({ nodes: [nodeObject('paris-w1')], kept })[0]).not.toContain('unschedulable');
  });

  it('takes the mark of a run off where somebody uncordoned the node, and nothing else', () => {
    const ofRun = '/metadata/annotations/nodeops.dev~1cordoned-by';
    expect(step.typed({ nodes: [nodeObject('paris-w1', { cordonedBy: 'r7' })], kept: {} })).toEqual([
      `paris-cp1: ${kubectlLine} patch node paris-w1 --type=json '--patch=[{"op":"test","path":"${ofRun}","value":"r7"},{"op":"remove","path":"${ofRun}"}]'`,
    ]);
  });
});
