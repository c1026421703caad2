import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { labelNode } from '../../src/steps/label-node.ts';
import { bound, kubectlLine, onWorker } from './values.ts';

const step = bound(labelNode, { nodeLabels: { disk: 'ssd', 'example.com/zone': 'b' } }, onWorker());

describe('label-node', () => {
  it('gives what is missing, and leaves the others', () => {
    const seen = { labels: { 'paris-w1': { disk: 'hdd', 'example.com/zone': 'b', own: 'x' } } };
    expect(step.check(seen)).toEqual({ kind: 'needed', changes: ['disk=ssd'] });
    expect(step.typed(seen)).toEqual([
      `paris-cp1: ${kubectlLine} label node paris-w1 --overwrite disk=ssd example.com/zone=b`,
    ]);
  });

  it('waits for a node that has not registered', () =>
    expect(step.check({ labels: {} })).toMatchObject({ kind: 'pending', waitingFor: 'paris-w1 to register' }));

  it('asks nobody where the inventory has no labels', () => {
    const none = bound(labelNode, {}, onWorker());
    expect(none.check({})).toEqual(satisfied);
  });
});
