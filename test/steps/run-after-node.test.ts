import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runAfterNode } from '../../src/steps/run-after-node.ts';
import { balancer, begun, failed, standing } from './hook-values.ts';
import { api, bound, old, onWorker } from './values.ts';

const wish = balancer({ argv: ['./balancer', 'add'], outcome: 'failed' });
const step = bound(runAfterNode, wish, onWorker());
const due = needed('run ./balancer add');

describe('run-after-node', () => {
  it.each([
    ['its before was never begun', undefined, satisfied],
    ['its before ended well', standing('before'), due],
    ['its before ended well in another run', standing('before', { run: 'r0' }), due],
    // It may have done something before it did.
    ['its before failed', failed, due],
    ['nobody saw its before end', begun, due],
    ['it ended well', standing('after'), satisfied],
    ['it ended well in another run', standing('after', { run: 'r0' }), satisfied],
    [
      'it failed',
      standing('after', { run: 'r0', ok: false, trouble: 'rc 3: refused' }),
      needed('run ./balancer add (in run r0 it failed: rc 3: refused)'),
    ],
    [
      'nobody saw it end',
      { ...begun, when: 'after' },
      needed('run ./balancer add (run r0 began it, and nobody saw it end)'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check({ standing: seen })).toEqual(verdict));

  it('tells how it went, and from which version', () => {
    const [action] = runAfterNode.bind(wish, onWorker()).apply({ standing: standing('before', { from: old }) }, api);
    if (action?.do !== 'hook') throw new Error('expected a hook');
    expect(JSON.parse(action.command.stdin ?? '')).toMatchObject({ when: 'after', outcome: 'failed', from: old });
    expect(action.keep).toMatchObject({ when: 'after', run: 'r1', from: old });
  });
});
