import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { verifyRuntime } from '../../src/steps/verify-runtime.ts';
import { daemonThere } from './runtime-values.ts';
import { bound, nodeObject, onWorker, workload } from './values.ts';

const step = bound(verifyRuntime, {}, onWorker());
const fix = 'see why: journalctl -u containerd; the way back is in docs/runtime.md';
const pod = { namespace: 'kube-system', name: 'kube-proxy-x', daemonSet: 'kube-proxy', ready: true, runningSince: [1] };
const seen = {
  daemon: daemonThere(),
  nodes: [nodeObject('paris-w1', { containerRuntime: 'containerd://2.1.5' })],
  pods: [pod],
  workloads: [workload('DaemonSet', 'kube-proxy', 'kube-proxy:1')],
};
const { running: _silent, ...silent } = daemonThere();

describe('verify-runtime', () => {
  it.each([
    ['all is back', {}, satisfied],
    [
      'its kubelet writes the v of a tag',
      { nodes: [nodeObject('paris-w1', { containerRuntime: 'containerd://v2.1.5' })] },
      satisfied,
    ],
    [
      'its kubelet leaves out what Debian puts behind the version',
      {
        daemon: daemonThere({ installed: '1.7.24~ds1', running: '1.7.24~ds1' }),
        nodes: [nodeObject('paris-w1', { containerRuntime: 'containerd://1.7.24' })],
      },
      satisfied,
    ],
    ['it does not answer', { daemon: silent }, pending('containerd to answer as 2.1.5 (it does not)', fix)],
    [
      'another one answers',
      { daemon: daemonThere({ running: '1.6.20~ds1' }) },
      pending('containerd to answer as 2.1.5 (1.6.20~ds1)', fix),
    ],
    [
      'its kubelet has not said so yet',
      { nodes: [nodeObject('paris-w1', { containerRuntime: 'containerd://1.6.20~ds1' })] },
      pending('the kubelet to report containerd 2.1.5 (it says containerd://1.6.20~ds1)', fix),
    ],
    [
      'a pod of its own is not ready',
      { pods: [{ ...pod, ready: false }] },
      pending(
        'the pods of the node itself to be ready: kube-system/kube-proxy-x',
        'see why: kubectl get pods --all-namespaces --field-selector=spec.nodeName=paris-w1; kubectl describe pod',
      ),
    ],
    [
      'a DaemonSet that is ready nowhere',
      {
        pods: [{ ...pod, ready: false }],
        workloads: [workload('DaemonSet', 'kube-proxy', 'kube-proxy:1', { ready: 0 })],
      },
      satisfied,
    ],
  ])('%s', (_what, change, verdict) => expect(step.check({ ...seen, ...change })).toEqual(verdict));
});
