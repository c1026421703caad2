import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runAfterCluster } from '../../src/steps/run-after-cluster.ts';
import { balancer, standing } from './hook-values.ts';
import { bound, onCluster } from './values.ts';

const step = bound(runAfterCluster, balancer({ argv: ['./balancer', 'add'], outcome: 'stopped' }), onCluster);

describe('run-after-cluster', () => {
  it('is run where its before was begun', () => {
    expect(step.check({})).toEqual(satisfied);
    expect(step.check({ standing: standing('before', { run: 'r0' }) })).toEqual(needed('run ./balancer add'));
    expect(step.check({ standing: standing('after') })).toEqual(satisfied);
  });
  it('is typed without a node', () =>
    expect(step.typed({ standing: standing('before') })).toEqual([
      'this machine: NODEOPS_CLUSTER=paris NODEOPS_HOOK=balancer NODEOPS_WHEN=after ./balancer add',
    ]));
});
