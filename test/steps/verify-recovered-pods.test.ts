import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { verifyRecoveredPods } from '../../src/steps/verify-recovered-pods.ts';
import { bound, nodeObject, onCluster, pod } from './values.ts';

const step = bound(verifyRecoveredPods, {}, onCluster);
const nodes = [nodeObject('paris-cp1'), nodeObject('paris-w1')];
const { node: _node, ...unscheduled } = pod('waiting');

describe('verify-recovered-pods', () => {
  it('is content with pods on nodes that there are, and with those that wait for one', () =>
    expect(step.check({ nodes, pods: [pod('web'), unscheduled] })).toEqual(satisfied));

  it('waits for those of machines that are gone, whatever they say of themselves', () => {
    const lost = [1, 2, 3, 4, 5, 6].map((index) => pod(`web-${index}`, { node: 'old-w1', ready: true }));
    expect(step.check({ nodes, pods: [pod('web'), ...lost] })).toMatchObject({
      kind: 'pending',
      waitingFor:
        'the controller manager to take away pods of machines that are gone: default/web-1 (old-w1), default/web-2 (old-w1), default/web-3 (old-w1), default/web-4 (old-w1), default/web-5 (old-w1), and 1 more',
    });
  });
});
