import { describe, expect, it } from 'vitest';
import { upgradeNode } from '../../src/steps/upgrade-node.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import {
  bound,
  kubeadmConfigOf,
  kubeProxy,
  nodeObject,
  noStaticPods,
  old,
  onControlPlane,
  onWorker,
  staticPodsOf,
  target,
} from './values.ts';

const wish = { version: target, run: 'r1' };
const worker = bound(upgradeNode, wish, onWorker());
const controlPlane = bound(upgradeNode, wish, onControlPlane('paris-cp2'));
const record = (run: string, exit: number) => ({
  run,
  unit: 'upgrade-node-ab-1-1',
  line: 'kubeadm upgrade node',
  version: target,
  startedAt: 1000,
  finishedAt: 1500,
  exit,
});

const kubelets = (...versions: readonly string[]) => [
  ...versions.map((kubeletVersion, index) =>
    nodeObject(`paris-cp${index + 1}`, { kubeletVersion, controlPlane: true }),
  ),
  nodeObject('paris-w1', { kubeletVersion: old }),
];

const onW1 = {
  pods: noStaticPods,
  config: kubeadmConfigOf(target),
  records: [],
  kubelet: { installed: old, running: old },
  workloads: [kubeProxy(old)],
  nodes: kubelets(target, old, old),
};
const onCp2 = { ...onW1, pods: staticPodsOf(old) };

describe('upgrade-node on a worker', () => {
  const configuration = needed('kubelet configuration of 1.36.3');
  it.each([
    ['before', onW1, configuration],
    ['done in this run', { ...onW1, records: [record('r1', 0)] }, satisfied],
    ['done in another run', { ...onW1, records: [record('r0', 0)], kubeadmAt: 900 }, satisfied],
    [
      'done in another run, kubeadm was exchanged since',
      { ...onW1, records: [record('r0', 0)], kubeadmAt: 1600 },
      configuration,
    ],
    ['done in another run, nobody knows when', { ...onW1, records: [record('r0', 0)] }, configuration],
    ['failed in this run', { ...onW1, records: [record('r1', 1)] }, configuration],
    ['its kubelet runs the version already', { ...onW1, kubelet: { installed: target, running: target } }, satisfied],
    ['the package alone proves nothing', { ...onW1, kubelet: { installed: target, running: old } }, configuration],
    [
      'the control plane is not there yet',
      { ...onW1, config: kubeadmConfigOf(old) },
      blocked(
        'kubeadm-config says 1.35.4: the first control plane is not on 1.36.3 yet',
        'upgrade the first control plane first',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(worker.check(seen)).toEqual(verdict));

  it('types kubeadm upgrade node, and expects no static pods', () => {
    expect(worker.typed(onW1)).toEqual(['paris-w1: kubeadm upgrade node']);
    expect(worker.after(onW1)['pods']).toEqual(noStaticPods);
  });
});

describe('upgrade-node on a control plane', () => {
  const atTarget = { ...onCp2, pods: staticPodsOf(target) };
  it.each([
    ['before', onCp2, needed('control plane 1.35.4 → 1.36.3')],
    [
      'a record without the manifests proves nothing',
      { ...onCp2, records: [record('r1', 0)] },
      needed('control plane 1.35.4 → 1.36.3'),
    ],
    ['manifests only: it may have been killed', atTarget, needed('control plane 1.36.3 → 1.36.3')],
    ['manifests and a record of this run', { ...atTarget, records: [record('r1', 0)] }, satisfied],
    ['manifests and its kubelet', { ...atTarget, kubelet: { installed: target, running: target } }, satisfied],
    ['manifests and kube-proxy', { ...atTarget, workloads: [kubeProxy(target)] }, satisfied],
    [
      'manifests and kube-proxy, but our own try did not end well',
      { ...atTarget, workloads: [kubeProxy(target)], records: [record('r0', 1)] },
      needed('control plane 1.36.3 → 1.36.3'),
    ],
    [
      'kubeadm left the add-ons out, and nobody comes after it',
      { ...atTarget, records: [record('r1', 0)], nodes: kubelets(target, target) },
      needed('control plane 1.36.3 → 1.36.3'),
    ],
    [
      'of the add-ons kubeadm has nothing to bring along',
      { ...atTarget, records: [record('r1', 0)], nodes: kubelets(target, target), workloads: [] },
      satisfied,
    ],
    [
      'no manifests',
      { ...onCp2, pods: noStaticPods },
      blocked(
        'paris-cp2 has no manifest of kube-apiserver, kube-controller-manager, kube-scheduler in /etc/kubernetes/manifests',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on paris-cp2',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(controlPlane.check(seen)).toEqual(verdict));

  it('expects kube-proxy to come along with the last control plane only', () => {
    const last = { ...onCp2, nodes: kubelets(target, old) };
    expect(controlPlane.after(last)['workloads']).toEqual([kubeProxy(target)]);
    expect(controlPlane.after(onCp2)['workloads']).toEqual([kubeProxy(old)]);
  });

  it('hands on the proxies of its own manifests', () => {
    const seen = { ...onCp2, pods: staticPodsOf(old, { HTTPS_PROXY: 'http://proxy:3128' }) };
    expect(controlPlane.typed(seen)).toEqual(['paris-cp2: HTTPS_PROXY=http://proxy:3128 kubeadm upgrade node']);
  });
});
