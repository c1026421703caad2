import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { removeGoneNodes } from '../../src/steps/remove-gone-nodes.ts';
import { bound, kubectlLine, nodeObject, onCluster } from './values.ts';

const step = bound(removeGoneNodes, { gone: 'old-cp1,old-w1' }, onCluster);
const seen = (...names: readonly string[]) => ({ nodes: names.map((name) => nodeObject(name)) });

describe('remove-gone-nodes', () => {
  it('removes those that are named and there, and no other', () => {
    const some = seen('paris-cp1', 'old-w1', 'stranger');
    expect(step.check(some)).toEqual({ kind: 'needed', changes: ['delete node old-w1'] });
    expect(step.typed(some)).toEqual([`paris-cp1: ${kubectlLine} delete node old-w1 --ignore-not-found`]);
    expect(step.check(seen('paris-cp1', 'stranger'))).toEqual(satisfied);
  });

  it('has nothing to do where none is gone', () => {
    const none = bound(removeGoneNodes, { gone: '' }, onCluster);
    expect(none.check(seen('paris-cp1'))).toEqual(satisfied);
  });

  it('names them in the plan', () =>
    expect(removeGoneNodes.bind({ gone: 'old-cp1,old-w1' }, onCluster).title).toContain('old-cp1, old-w1'));
});
