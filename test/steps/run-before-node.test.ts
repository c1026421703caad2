import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runBeforeNode } from '../../src/steps/run-before-node.ts';
import { balancer, begun, failed, standing } from './hook-values.ts';
import { api, bound, old, onControlPlane, onWorker } from './values.ts';

const kubelet = { installed: old, running: old };
const step = bound(runBeforeNode, balancer(), onWorker());
const onNode = (name: string) => balancer({ place: { kind: 'node', node: name } });
const told = 'NODEOPS_CLUSTER=paris NODEOPS_NODE=paris-w1 NODEOPS_HOOK=balancer NODEOPS_WHEN=before';
const limit = 'timeout --kill-after=30 91 ./balancer drain';

describe('run-before-node', () => {
  it('says what, when and where', () => expect(step.title).toBe('hook balancer before paris-w1, on this machine'));

  it.each([
    ['it was never begun', undefined, needed('run ./balancer drain')],
    ['it ended well in this run', standing('before'), satisfied],
    // It may have been given back since, and a silence is over some time.
    ['it ended well in another run', standing('before', { run: 'r0' }), needed('run ./balancer drain')],
    ['it was cut off', begun, needed('run ./balancer drain (run r0 began it, and nobody saw it end)')],
    ['it failed', failed, needed('run ./balancer drain (in run r0 it failed: rc 3: refused)')],
    [
      'it failed in this run',
      { ...failed, run: 'r1' },
      needed('run ./balancer drain (in run r1 it failed: rc 3: refused)'),
    ],
    // Of another minor of the same way.
    ['its after ended well in this run', standing('after'), needed('run ./balancer drain')],
  ])('%s', (_what, seen, verdict) => expect(step.check({ standing: seen, kubelet })).toEqual(verdict));

  it('tells on standard input what is about to happen', () => {
    const [action] = runBeforeNode.bind(balancer(), onWorker()).apply({ kubelet }, api);
    if (action?.do !== 'hook') throw new Error('expected a hook');
    expect(JSON.parse(action.command.stdin ?? '')).toEqual({
      format: 1,
      hook: 'balancer',
      when: 'before',
      of: 'node',
      run: 'r1',
      cluster: 'paris',
      node: 'paris-w1',
      role: 'worker',
      playbook: 'upgrade',
      from: old,
      to: '1.36.3',
    });
    expect(action).toMatchObject({
      directory: '/fleet',
      keep: {
        as: 'standing',
        artifact: 'paris/hooks/nodes/paris-w1/balancer/standing.json',
        when: 'before',
        from: old,
      },
    });
  });

  it.each([
    ['this machine', balancer(), onWorker(), [`this machine: ${told} ./balancer drain`]],
    ['the node', onNode('paris-w1'), onWorker(), [`paris-w1: ${told} ${limit}`]],
    [
      'a control plane',
      balancer({ place: { kind: 'control-plane' } }),
      onWorker(),
      [`paris-cp1: ${told} KUBECONFIG=/etc/kubernetes/admin.conf ${limit}`],
    ],
    [
      'the node, a control plane',
      onNode('paris-cp1'),
      onControlPlane(),
      [`paris-cp1: ${told.replace('w1', 'cp1')} KUBECONFIG=/etc/kubernetes/admin.conf ${limit}`],
    ],
  ])('is run on %s', (_where, wish, on, typed) =>
    expect(bound(runBeforeNode, wish, on).typed({ kubelet })).toEqual(typed),
  );
});
