import { describe, expect, it } from 'vitest';
import { converged } from '../../../src/simulator/oracle/converged.ts';
import { compare, minorNumber, minorText, upstream } from '../../../src/simulator/oracle/version.ts';
import { Stage, to, we } from './stage.ts';

const proxy = (version: string) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'kube-proxy', namespace: 'kube-system', uid: 'p', resourceVersion: '1', creationTimestamp: '' },
  spec: { template: { spec: { containers: [{ image: `registry.k8s.io/kube-proxy:v${version}` }] } } },
});

const config = (version: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kubeadm-config', namespace: 'kube-system', uid: 'c', resourceVersion: '1', creationTimestamp: '' },
  data: { ClusterConfiguration: `kind: ClusterConfiguration\nkubernetesVersion: v${version}\nnetworking: {}\n` },
});

/** A cluster that is where it was to go: w2 was cordoned by somebody else, and kubectl on w1 was never held. */
const arrived = (): Stage => {
  const stage = new Stage({
    before: (early) => {
      early.fields('w2').spec.unschedulable = true;
      const kubectl = early.host('w1').packages.get('kubectl');
      if (kubectl !== undefined) kubectl.held = false;
    },
  });
  for (const name of stage.world.hosts.keys()) stage.upgraded(name);
  stage.put(proxy(to));
  stage.put(config(to));
  return stage;
};

const lacks = (stage: Stage): readonly string[] =>
  converged(stage.world, { version: to, maxUnavailable: 1 }, stage.oracle.found);

const cases: readonly [string, (stage: Stage) => void][] = [
  ['cp1: package kubeadm is 1.35.4-1.1', (stage) => stage.install('cp1', 'kubeadm', '1.35.4')],
  [
    'w1: package kubelet is half-configured',
    (stage) => (stage.host('w1').packages.get('kubelet')!.status = 'half-configured'),
  ],
  ['w1: package kubelet is not held', (stage) => stage.hold('w1', 'kubelet', false)],
  ['w1: package kubectl is held', (stage) => stage.hold('w1', 'kubectl', true)],
  [
    'w2: its repository is that of 1.35',
    (stage) =>
      stage.host('w2').files.texts.set('/etc/apt/sources.list.d/kubernetes.list', 'deb https://m/v1.35/deb/ /'),
  ],
  ['w1: it is down', (stage) => (stage.host('w1').power = 'down')],
  ['w1: its kubelet runs not', (stage) => stage.stopKubelet('w1')],
  ['cp2: its etcd is stopped', (stage) => stage.stop('cp2', 'etcd', we)],
  ['cp2: its kube-scheduler is 1.35.4', (stage) => (stage.component('cp2', 'kube-scheduler').version = '1.35.4')],
  ['w1: it is registered as 1.35.4', (stage) => (stage.fields('w1').status.nodeInfo.kubeletVersion = 'v1.35.4')],
  ['w1: it is not Ready', (stage) => stage.ready('w1', 'Unknown')],
  ['w1: it is cordoned', (stage) => stage.cordon('w1')],
  ['w2: it is no longer cordoned', (stage) => stage.uncordon('w2')],
  [
    'w1: it bears the mark of run r1',
    (stage) => (stage.fields('w1').metadata.annotations = { 'nodeops.dev/cordoned-by': 'r1' }),
  ],
  [
    'w1: /var/lib/nodeops/holds is left',
    (stage) => stage.host('w1').files.write('/var/lib/nodeops/holds', 'kubelet', we),
  ],
  [
    'cp1: /var/lib/nodeops/r1/etcd.db is left',
    (stage) => stage.host('cp1').files.write('/var/lib/nodeops/r1/etcd.db', '', we),
  ],
  [
    'cp1: /var/lib/etcd/nodeops-r1.db is left',
    (stage) => stage.host('cp1').files.write('/var/lib/etcd/nodeops-r1.db', '', we),
  ],
  ['kubeadm-config is not of 1.36.3', (stage) => stage.put(config('1.35.4'))],
  ['kube-proxy is registry.k8s.io/kube-proxy:v1.35.4', (stage) => stage.put(proxy('1.35.4'))],
  ['etcd member cp3 is in alarm NOSPACE', (stage) => (stage.member('cp3').alarm = 'NOSPACE')],
];

describe('converged', () => {
  it('lacks nothing when everything is there', () => expect(lacks(arrived())).toEqual([]));

  it.each(cases)('%s', (says, spoil) => {
    const stage = arrived();
    spoil(stage);
    expect(lacks(stage)).toContain(says);
  });

  it('a cordon that a person took off need not come back', () => {
    const stage = arrived();
    stage.uncordon('w2', { kind: 'person', name: 'colleague' });
    expect(lacks(stage)).toEqual([]);
  });
});

describe('versions', () => {
  it.each([
    ['1.36.3', '1.36.3', 0],
    ['1.36.10', '1.36.9', 1],
    ['1.9.1', '1.36.0', -1],
    ['1.37.0-rc.0', '1.37.0', -1],
    ['1.37.0-rc.0', '1.36.9', 1],
  ])('%s against %s', (a, b, sign) => expect(Math.sign(compare(a, b))).toBe(sign));

  it('reads parts', () => {
    expect([upstream('1.36.3-1.1'), minorText('1.36.3'), minorNumber('1.36.3')]).toEqual(['1.36.3', '1.36', 36]);
  });
});
