import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runBeforeCluster } from '../../src/steps/run-before-cluster.ts';
import { balancer, standing } from './hook-values.ts';
import { api, bound, kubeadmConfigOf, old, onCluster } from './values.ts';

const config = kubeadmConfigOf(old);
const step = bound(runBeforeCluster, balancer(), onCluster);

describe('run-before-cluster', () => {
  it('says what, when and where', () => expect(step.title).toBe('hook balancer before paris, on this machine'));
  it('is run once in each run', () => {
    expect(step.check({ config })).toEqual(needed('run ./balancer drain'));
    expect(step.check({ config, standing: standing('before', { run: 'r0' }) })).toEqual(needed('run ./balancer drain'));
    expect(step.check({ config, standing: standing('before') })).toEqual(satisfied);
  });
  it('names no node', () => {
    const [action] = runBeforeCluster.bind(balancer(), onCluster).apply({ config }, api);
    if (action?.do !== 'hook') throw new Error('expected a hook');
    const message: unknown = JSON.parse(action.command.stdin ?? '');
    expect(message).toMatchObject({ of: 'cluster', cluster: 'paris', from: old, to: '1.36.3' });
    expect(message).not.toHaveProperty('node');
    expect(action.keep).toMatchObject({ artifact: 'paris/hooks/cluster/balancer/standing.json' });
  });
});
