import { describe, expect, it } from 'vitest';
import { verifyRollouts } from '../../src/steps/verify-rollouts.ts';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { bound, coreDns, kubeProxy, nodeObject, old, onCluster, target } from './values.ts';

const well = [nodeObject('paris-cp1')];
const step = bound(verifyRollouts, { version: target, workerNames: ['paris-w1', 'paris-w2'] }, onCluster);

describe('verify-rollouts', () => {
  it.each([
    ['all there', [kubeProxy(target), coreDns()], satisfied],
    ['without kube-proxy', [coreDns()], satisfied],
    ['nothing at all', [], satisfied],
    ['kube-proxy is old', [kubeProxy(old), coreDns()], pending('kube-proxy to be 1.36.3 (it is 1.35.4)')],
    [
      'two roll out',
      [kubeProxy(target, { updated: 1, ready: 2 }), coreDns({ ready: 1 })],
      pending('daemonset/kube-proxy (1 of 3 updated, 2 ready), deployment/coredns (3 of 3 updated, 1 ready)'),
    ],
    [
      'pods of the old template are left',
      [coreDns({ total: 4 })],
      pending('deployment/coredns (3 of 3 updated, 3 ready)'),
    ],
    [
      'its controller has not looked yet',
      [coreDns({ observed: false })],
      pending('deployment/coredns (3 of 3 updated, 3 ready)'),
    ],
    ['what users run is theirs', [coreDns({ namespace: 'shop', ready: 0 })], satisfied],
    ['a kube-proxy of somebody else', [kubeProxy(old, { namespace: 'shop' })], satisfied],
  ])('%s', (_what, workloads, verdict) => expect(step.check({ workloads, nodes: well })).toEqual(verdict));

  it('waits longer the more nodes there are', () => expect(step.limits.pendingMs).toBe(330_000));

  it('names the nodes that cannot have what is awaited', () => {
    const nodes = [...well, nodeObject('paris-w1', { ready: 'Unknown' })];
    expect(step.check({ workloads: [kubeProxy(target, { ready: 2 })], nodes })).toEqual(
      pending('daemonset/kube-proxy (3 of 3 updated, 2 ready); not Ready: paris-w1'),
    );
  });

  it('names the nodes that take no pods, and says what to do where that is every one', () => {
    const [cp1, w1] = [nodeObject('paris-cp1', { unschedulable: true }), nodeObject('paris-w1')];
    const lacking = coreDns({ ready: 2 });
    expect(step.check({ workloads: [lacking], nodes: [cp1, w1] })).toEqual(
      pending('deployment/coredns (3 of 3 updated, 2 ready); cordoned: paris-cp1'),
    );
    expect(step.check({ workloads: [lacking], nodes: [cp1] })).toEqual(
      pending(
        'deployment/coredns (3 of 3 updated, 2 ready); cordoned: paris-cp1',
        'every node is cordoned: uncordon one, or add one, for its pods',
      ),
    );
    // Those of a DaemonSet are placed on a cordoned node, too.
    expect(step.check({ workloads: [kubeProxy(target, { ready: 2 })], nodes: [cp1] })).toEqual(
      pending('daemonset/kube-proxy (3 of 3 updated, 2 ready)'),
    );
  });
});
