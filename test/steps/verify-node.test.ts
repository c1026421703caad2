import { describe, expect, it } from 'vitest';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { verifyNode } from '../../src/steps/verify-node.ts';
import { pending, satisfied } from '../../src/model/verdict.ts';
import {
  bound,
  health,
  noStaticPods,
  nodeObject,
  old,
  onControlPlane,
  onWorker,
  pod,
  staticPodsOf,
  target,
} from './values.ts';

const wish = { version: target };
const worker = bound(verifyNode, wish, onWorker());
const controlPlane = bound(verifyNode, wish, onControlPlane());
const unit = runningKubelet;
const now = 1_795_255_170_000;

const ofWorker = {
  unit,
  start: now - 9_300,
  nodes: [nodeObject('paris-w1', { kubeletVersion: target })],
  leases: { now, renewed: { 'paris-w1': now - 9_000 } },
  pods: [],
  manifests: noStaticPods,
};
const mirror = (component: string, version: string, change = {}) =>
  pod(`${component}-paris-cp1`, {
    namespace: 'kube-system',
    node: 'paris-cp1',
    mirror: true,
    images: [`registry.k8s.io/${component}:v${version}`],
    ...change,
  });
const mirrors = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) =>
  mirror(name, target),
);
const ofControlPlane = {
  unit,
  start: now - 9_300,
  nodes: [nodeObject('paris-cp1', { kubeletVersion: target })],
  leases: { now, renewed: { 'paris-cp1': now - 9_000 } },
  pods: mirrors,
  manifests: staticPodsOf(target),
  api: { ready: true, version: target, detail: 'ok' },
  etcd: [health(0)],
};

describe('verify-node on a worker', () => {
  it.each([
    ['all is well', ofWorker, satisfied],
    ['etcd is not its business', { ...ofWorker, etcd: [health(0, false)] }, satisfied],
    [
      'the kubelet was started, and has not been heard of yet',
      { ...ofWorker, start: now - 8_999 },
      pending('a lease that the kubelet renewed since it was started (the one there is of the kubelet before)'),
    ],
    [
      'the kubelet is gone a moment after systemd was asked',
      { ...ofWorker, start: undefined },
      pending('a lease that the kubelet renewed since it was started (the one there is of the kubelet before)'),
    ],
    [
      'the kubelet dies',
      { ...ofWorker, unit: { ...unit, active: false, subState: 'auto-restart' } },
      pending('the kubelet to run (auto-restart)'),
    ],
    [
      'the kubelet dies, and says why',
      { ...ofWorker, unit: { ...unit, active: false, subState: 'dead' }, log: { lastError: 'unknown flag: --x' } },
      pending('the kubelet to run (dead): unknown flag: --x'),
    ],
    // The node stays Ready, with the old version, for seconds after its kubelet has died.
    [
      'registered as the old one',
      { ...ofWorker, nodes: [nodeObject('paris-w1')] },
      pending('the kubelet to register as 1.36.3'),
    ],
    ['not registered', { ...ofWorker, nodes: [] }, pending('the kubelet to register as 1.36.3')],
    [
      'not Ready',
      { ...ofWorker, nodes: [nodeObject('paris-w1', { kubeletVersion: target, ready: 'False' })] },
      pending('the node to be Ready'),
    ],
    ['no lease', { ...ofWorker, leases: { now, renewed: {} } }, pending('a lease')],
    [
      'a stale lease',
      { ...ofWorker, leases: { now, renewed: { 'paris-w1': now - 40_001 } } },
      pending('a fresh lease (renewed 40 s ago by the clock of the control planes)'),
    ],
    [
      'a lease just fresh',
      { ...ofWorker, start: now - 90_000, leases: { now, renewed: { 'paris-w1': now - 40_000 } } },
      satisfied,
    ],
  ])('%s', (_what, seen, verdict) => expect(worker.check(seen)).toEqual(verdict));
});

const lacking = (name: string) => pending(`the static pods ${name} to be ready`);

describe('verify-node on a control plane', () => {
  it.each([
    ['all is well', ofControlPlane, satisfied],
    [
      'not registered, for want of its API server',
      { ...ofControlPlane, nodes: [], api: { ready: false, detail: 'connection refused' } },
      pending('the kubelet to register as 1.36.3, whose API server is not ready: connection refused'),
    ],
    [
      'Ready, but its API server starts',
      { ...ofControlPlane, api: { ready: false, detail: 'connection refused' } },
      pending("its API server's /readyz: connection refused"),
    ],
    [
      'not Ready, for want of its API server and that one of its etcd',
      {
        ...ofControlPlane,
        nodes: [nodeObject('paris-cp1', { kubeletVersion: target, ready: 'Unknown' })],
        api: { ready: false, detail: '[-]etcd failed: reason withheld' },
        etcd: [health(0, false), health(1)],
      },
      pending(
        'the node to be Ready, whose API server is not ready: [-]etcd failed: reason withheld; etcd at https://172.31.0.11:2379 is not healthy',
      ),
    ],
    ['nothing known of its API server', { ...ofControlPlane, api: undefined }, pending("its API server's /readyz")],
    [
      'the old API server still answers',
      { ...ofControlPlane, api: { ready: true, version: old, detail: 'ok' } },
      pending('its API server to be 1.36.3 (it is 1.35.4)'),
    ],
    ['a mirror pod is missing', { ...ofControlPlane, pods: mirrors.slice(1) }, lacking('etcd')],
    [
      'a mirror pod is not ready',
      { ...ofControlPlane, pods: [...mirrors.slice(0, 3), mirror('kube-scheduler', target, { ready: false })] },
      lacking('kube-scheduler'),
    ],
    [
      'a mirror pod is the old one',
      { ...ofControlPlane, pods: [...mirrors.slice(0, 3), mirror('kube-scheduler', old)] },
      lacking('kube-scheduler'),
    ],
    [
      'a static pod of the operator is waited for too, whatever its version',
      {
        ...ofControlPlane,
        manifests: {
          ...staticPodsOf(target),
          components: { ...staticPodsOf(target).components, 'kube-vip': { image: 'kube-vip:v1' } },
        },
      },
      lacking('kube-vip'),
    ],
    [
      'an etcd member is ill',
      { ...ofControlPlane, etcd: [health(0), health(1, false)] },
      pending('etcd at https://172.31.0.12:2379 to be healthy'),
    ],
  ])('%s', (_what, seen, verdict) => expect(controlPlane.check(seen)).toEqual(verdict));
});

describe('verify-node on a control plane whose kubelet went back before its static pods', () => {
  const goingBack = bound(verifyNode, { version: old, staticPods: 'of-any-version' }, onControlPlane());
  const seen = { ...ofControlPlane, nodes: [nodeObject('paris-cp1', { kubeletVersion: old })] };
  it.each([
    ['newer static pods are well', seen, satisfied],
    [
      'their API server starts anew',
      { ...seen, api: { ready: false, detail: 'connection refused' } },
      pending("its API server's /readyz: connection refused"),
    ],
    [
      'its etcd is not up',
      { ...seen, etcd: [health(0, false)] },
      pending('etcd at https://172.31.0.11:2379 to be healthy'),
    ],
    [
      'a mirror pod is not ready',
      { ...seen, pods: [...mirrors.slice(0, 3), mirror('kube-scheduler', target, { ready: false })] },
      lacking('kube-scheduler'),
    ],
  ])('%s', (_what, found, verdict) => expect(goingBack.check(found)).toEqual(verdict));
});
