import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { verifyRestartedNode } from '../../src/steps/verify-restarted-node.ts';
import { bound, onWorker, workload } from './values.ts';

const step = bound(verifyRestartedNode, {}, onWorker());
const start = 1_795_357_774_000;
const before = start - 5_000;
const after = start + 4_000;

const own = (change: object = {}) => ({
  namespace: 'kube-flannel',
  name: 'kube-flannel-ds-x1',
  daemonSet: 'kube-flannel-ds',
  ready: true,
  runningSince: [after, after],
  ...change,
});
const network = (ready: number, desired: number) =>
  workload('DaemonSet', 'kube-flannel-ds', 'flannel:v0.27', { namespace: 'kube-flannel', desired, ready });
const well = {
  start,
  leases: { now: after + 10_000, renewed: { 'paris-w1': after } },
  pods: [own()],
  workloads: [network(3, 3)],
};
const waiting = (text: string) => ({ kind: 'pending', waitingFor: expect.stringContaining(text) as unknown });

describe('verify-restarted-node', () => {
  it.each([
    ['all that is seen is of after it', well, satisfied],
    [
      'a lease of before: Ready is from then, too',
      { ...well, leases: { ...well.leases, renewed: { 'paris-w1': before } } },
      waiting('to renew its lease'),
    ],
    ['no lease at all', { ...well, leases: { ...well.leases, renewed: {} } }, waiting('to renew its lease')],
    [
      'a pod that is shown as ready, and was so before',
      { ...well, pods: [own({ runningSince: [after, before] })] },
      waiting('kube-flannel/kube-flannel-ds-x1'),
    ],
    [
      'the same, of a kubelet that has told of itself for a minute: the clock was set',
      { ...well, kubelet: after - 60_000, pods: [own({ runningSince: [before] })] },
      satisfied,
    ],
    [
      'the same a moment earlier',
      { ...well, kubelet: after - 59_999, pods: [own({ runningSince: [before] })] },
      waiting('kube-flannel/kube-flannel-ds-x1'),
    ],
    ['one that is not ready', { ...well, pods: [own({ ready: false })] }, waiting('kube-flannel/kube-flannel-ds-x1')],
    [
      'one that does not run',
      { ...well, pods: [own({ runningSince: [] })] },
      waiting('kube-flannel/kube-flannel-ds-x1'),
    ],
    [
      'one of a DaemonSet that is ill everywhere',
      { ...well, pods: [own({ ready: false })], workloads: [network(0, 3)] },
      satisfied,
    ],
    [
      'the only one of its DaemonSet',
      { ...well, pods: [own({ ready: false })], workloads: [network(0, 1)] },
      waiting('kube-flannel/kube-flannel-ds-x1'),
    ],
    [
      'a static pod',
      { ...well, pods: [{ namespace: 'kube-system', name: 'etcd-paris-w1', ready: false, runningSince: [after] }] },
      waiting('kube-system/etcd-paris-w1'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toMatchObject(verdict));
});
