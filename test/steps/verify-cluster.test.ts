import { describe, expect, it } from 'vitest';
import { verifyCluster } from '../../src/steps/verify-cluster.ts';
import { pending, satisfied } from '../../src/model/verdict.ts';
import {
  bound,
  coreDns,
  health,
  kubeadmConfigOf,
  kubeProxy,
  nodeObject,
  old,
  onCluster,
  pod,
  target,
} from './values.ts';

const names = ['paris-cp1', 'paris-w1'];
const step = bound(verifyCluster, { version: target, nodeNames: names }, onCluster);
const node = (name: string, change = {}) => nodeObject(name, { kubeletVersion: target, ...change });
const well = {
  nodes: names.map((name) => node(name)),
  config: kubeadmConfigOf(target),
  workloads: [kubeProxy(target), coreDns()],
  controlPlanePods: [pod('kube-apiserver-paris-cp1'), pod('etcd-paris-cp1')],
  etcd: [health(0)],
};

it('takes a worker for done that goes to a version of its own', () => {
  const further = bound(verifyCluster, { version: target, nodeNames: names, further: { 'paris-w1': old } }, onCluster);
  const behind = [node('paris-cp1'), node('paris-w1', { kubeletVersion: old })];
  expect(further.check({ ...well, nodes: behind })).toEqual(satisfied);
  expect(further.check(well)).toEqual(pending(`paris-w1 is on ${target}`));
});

describe('verify-cluster', () => {
  it.each([
    ['all is well', well, satisfied],
    ['etcd cannot be asked from here', { ...well, etcd: undefined }, satisfied],
    ['a cluster without kube-proxy', { ...well, workloads: [coreDns()] }, satisfied],
    [
      'a node that was not part of it',
      { ...well, nodes: [...well.nodes, nodeObject('paris-w2', { ready: 'False', cordonedBy: 'r0' })] },
      satisfied,
    ],
    [
      'cordoned by someone else',
      { ...well, nodes: [node('paris-cp1'), node('paris-w1', { unschedulable: true })] },
      satisfied,
    ],
    [
      'a kubelet is old',
      { ...well, nodes: [node('paris-cp1'), nodeObject('paris-w1')] },
      pending('paris-w1 is on 1.35.4'),
    ],
    ['not Ready', { ...well, nodes: [node('paris-cp1', { ready: 'Unknown' })] }, pending('paris-cp1 is not Ready')],
    [
      'still cordoned by us',
      { ...well, nodes: [node('paris-w1', { unschedulable: true, cordonedBy: 'r1' })] },
      pending('paris-w1 is still cordoned by r1'),
    ],
    [
      'cordoned by us, and uncordoned by somebody',
      { ...well, nodes: [node('paris-w1', { cordonedBy: 'r1' })] },
      satisfied,
    ],
    ['kubeadm-config', { ...well, config: kubeadmConfigOf(old) }, pending('kubeadm-config says 1.35.4')],
    ['kube-proxy', { ...well, workloads: [kubeProxy(old)] }, pending('kube-proxy is not on it')],
    [
      'CoreDNS',
      { ...well, workloads: [kubeProxy(target), coreDns({ ready: 1 })] },
      pending('coredns has not rolled out'),
    ],
    ['what users run is theirs', { ...well, workloads: [coreDns({ namespace: 'default', ready: 0 })] }, satisfied],
    ['etcd', { ...well, etcd: [health(0, false)] }, pending('etcd at https://172.31.0.11:2379 is not healthy')],
    [
      'an API server that refuses',
      { ...well, controlPlanePods: [pod('kube-apiserver-paris-cp2', { ready: false }), pod('etcd-paris-cp2')] },
      pending('the static pod kube-apiserver-paris-cp2 is not ready'),
    ],
    [
      'several at once are all told',
      { ...well, nodes: [nodeObject('paris-w1', { ready: 'False' })], config: kubeadmConfigOf(old) },
      pending('paris-w1 is on 1.35.4; paris-w1 is not Ready; kubeadm-config says 1.35.4'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
