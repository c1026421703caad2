import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { verifyRestoredCluster } from '../../src/steps/verify-restored-cluster.ts';
import { bound, coreDns, kubeProxy, nodeObject, old, onCluster, pod } from './values.ts';

const nodeNames = ['paris-cp1', 'paris-w1'];
const step = bound(verifyRestoredCluster, { nodeNames }, onCluster);
const at = 1_795_255_170_000;
const seen = {
  nodes: [...nodeNames, 'paris-w9'].map((name) => nodeObject(name, name === 'paris-w9' ? { ready: 'Unknown' } : {})),
  leases: { now: at, renewed: { 'paris-cp1': at - 3000, 'paris-w1': at - 3000 } },
  controlPlanePods: [pod('etcd-paris-cp1')],
  workloads: [kubeProxy(old), coreDns()],
};

describe('verify-restored-cluster', () => {
  it('asks after the nodes that take part', () => expect(step.check(seen)).toEqual(satisfied));

  const lacking = {
    ...seen,
    workloads: [{ ...kubeProxy(old), ready: 2, available: 2, desired: 3, updated: 3, total: 3 }],
  };
  it('does without the DaemonSet’s pod of a worker that is left out', () => {
    expect(step.check(lacking)).toEqual(satisfied);
    expect(step.check({ ...lacking, nodes: nodeNames.map((name) => nodeObject(name)) })).toMatchObject({
      kind: 'pending',
      waitingFor: 'daemonset/kube-proxy',
    });
  });

  it.each([
    ['of the backup’s time it is not known', { ...seen, nodes: seen.nodes.slice(1) }, 'paris-cp1 to register again'],
    [
      'not Ready',
      { ...seen, nodes: [nodeObject('paris-cp1'), nodeObject('paris-w1', { ready: 'Unknown' })] },
      'paris-w1 to be Ready',
    ],
    [
      'Ready in the backup, and silent since',
      { ...seen, leases: { now: at, renewed: { 'paris-cp1': at - 3000, 'paris-w1': at - 3_600_000 } } },
      'a sign of life of paris-w1 (its lease was renewed 3600 s ago by the clock of the control planes)',
    ],
    [
      'Ready in the backup, and without a lease',
      { ...seen, leases: { now: at, renewed: { 'paris-cp1': at - 3000 } } },
      'a sign of life of paris-w1, which has no lease',
    ],
    [
      'a static pod',
      { ...seen, controlPlanePods: [pod('etcd-paris-cp1', { ready: false })] },
      'the static pod etcd-paris-cp1',
    ],
    ['the system’s pods', { ...seen, workloads: [coreDns({ ready: 1, available: 1 })] }, 'deployment/coredns'],
  ])('waits: %s', (_what, sight, waitingFor) =>
    expect(step.check(sight)).toMatchObject({ kind: 'pending', waitingFor }),
  );
});
