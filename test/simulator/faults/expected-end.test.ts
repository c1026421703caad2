import { describe, expect, it } from 'vitest';
import { expectedEnd, judgeEnd, type SeenEnd } from '../../../src/simulator/faults/expected-end.ts';
import type { FaultKind } from '../../../src/simulator/faults/fault.ts';
import type { Struck } from '../../../src/simulator/faults/injector.ts';
import { finalizer } from '../../../src/simulator/faults/workload-kinds.ts';
import { person, Stage, to, we } from '../oracle/stage.ts';

const struck = (kind: FaultKind, host: string, more: Partial<Struck> = {}): Struck => ({
  fault: { kind, where: host, when: { command: 1 }, moment: 'before', permanent: true },
  at: 0,
  step: 's',
  moment: 'before',
  host,
  active: true,
  ...more,
});

const sight = (stage: Stage) => ({
  world: stage.world,
  wish: { version: to, maxUnavailable: 1 },
  found: stage.oracle.found,
});

const finish = (stage: Stage): void => {
  for (const name of stage.world.hosts.keys()) stage.upgraded(name);
  const about = { uid: 'x', resourceVersion: '1', creationTimestamp: '', namespace: 'kube-system' };
  const data = { ClusterConfiguration: `kubernetesVersion: v${to}\n` };
  stage.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config', ...about }, data });
};

const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'no-disruption', namespace: 'shop', uid: 'b', resourceVersion: '1', creationTimestamp: '' },
  spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'shop' } } },
};

interface Case {
  readonly kind: FaultKind;
  readonly host: string;
  readonly set?: (stage: Stage) => void;
  /** Texts that name it, and one that names something else. */
  readonly named: string;
  readonly unnamed: string;
  /** What makes it stand in the way no longer; not given where it always does. */
  readonly past?: (stage: Stage) => void;
}

const cases: readonly Case[] = [
  { kind: 'node-down', host: 'w1', named: 'w1 cannot be reached', unnamed: 'w2 cannot be reached' },
  {
    kind: 'kubelet-not-coming-back',
    host: 'w1',
    set: (stage) => stage.stopKubelet('w1'),
    named: 'w1: the kubelet is not running',
    unnamed: 'w1: no lease',
    past: (stage) => stage.startKubelet('w1', to),
  },
  {
    kind: 'image-pull-failing',
    host: 'cp2',
    named: 'cp2: [ERROR ImagePull]',
    unnamed: 'cp2: preflight',
    past: (stage) => stage.upgraded('cp2'),
  },
  {
    kind: 'apt-lock-held',
    host: 'w1',
    named: 'w1: apt’s LOCK is held',
    unnamed: 'w1: apt failed',
  },
  {
    kind: 'repository-down',
    host: 'w1',
    named: 'w1: Failed to fetch',
    unnamed: 'w2: Failed to fetch',
    past: (stage) => stage.upgraded('w1'),
  },
  {
    kind: 'download-corrupted',
    host: 'w1',
    named: 'w1: Hash Sum mismatch',
    unnamed: 'w1: rc 100',
    past: (stage) => stage.upgraded('w1'),
  },
  {
    kind: 'disk-full',
    host: 'w1',
    named: 'w1: No space left on device',
    unnamed: 'w1: failed',
  },
  { kind: 'sudo-asks', host: 'w1', named: 'w1: sudo: a password is required', unnamed: 'w1: rc 1' },
  { kind: 'etcd-alarm', host: 'cp2', named: 'etcd member cp2 has the alarm NOSPACE', unnamed: 'etcd is not well' },
  { kind: 'etcd-learner', host: 'cp2', named: 'etcd member cp2-id is a learner', unnamed: 'cp2 is not Ready' },
  { kind: 'etcd-lagging', host: 'cp2', named: 'etcd at https://10.0.0.2:2379 lags', unnamed: 'etcd member cp3 lags' },
  {
    kind: 'etcd-member-down',
    host: 'cp2',
    set: (stage) => {
      stage.stop('cp2', 'etcd', we);
      stage.stop('cp1', 'etcd', we);
    },
    named: 'no API server answers',
    unnamed: 'cp3 failed',
  },
  { kind: 'api-refusing', host: 'cp2', named: 'cp2: /readyz 10.0.0.2:6443 refused', unnamed: 'cp2 is old' },
  {
    kind: 'budget-blocks',
    host: 'w1',
    set: (stage) => (stage.put(budget), stage.pod('web-1', 'w1')),
    named: 'cannot evict pod web-1',
    unnamed: 'drain of w1 failed',
    past: (stage) => stage.upgraded('w1'),
  },
  {
    kind: 'pod-does-not-terminate',
    host: 'w1',
    set: (stage) => stage.pod('web-1', 'w1', { finalizers: [finalizer] }),
    named: 'error when waiting for pod "web-1" to terminate',
    unnamed: 'drain of w1 failed',
    past: (stage) => stage.upgraded('w1'),
  },
];

const stopped = (text: string): SeenEnd => ({ outcome: 'blocked', text, lookedAt: 0 });

const lay = ({ set }: Case): Stage => {
  const stage = new Stage();
  set?.(stage);
  return stage;
};

describe.each(cases)('$kind for good', (each) => {
  const { kind, host, named, unnamed } = each;

  it('stands in the way', () => expect(expectedEnd([struck(kind, host)], sight(lay(each))).end).toBe('blocked'));
  it('has to be named', () => {
    expect(judgeEnd(stopped(named), [struck(kind, host)], sight(lay(each)))).toEqual([]);
    expect(judgeEnd(stopped(unnamed), [struck(kind, host)], sight(lay(each)))[0]).toContain(`${kind} of ${host}`);
  });
  it('is no excuse once it has passed', () => {
    expect(expectedEnd([struck(kind, host, { active: false })], sight(lay(each)))).toEqual({ end: 'reaches' });
  });
});

it.each(cases.filter(({ past }) => past !== undefined))('$kind is no excuse once what it obstructs is done', (each) => {
  const stage = lay(each);
  each.past?.(stage);
  expect(expectedEnd([struck(each.kind, each.host)], sight(stage))).toEqual({ end: 'reaches' });
});

const doneAt = (lookedAt: number): SeenEnd => ({ outcome: 'done', text: '', lookedAt });

const manifests = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const withManifests = (names: readonly string[]) => {
  const stage = new Stage();
  for (const name of names) stage.host('cp1').files.texts.set(`/etc/kubernetes/manifests/${name}.yaml`, 'kind: Pod\n');
  return sight(stage);
};
const killed = (kind: FaultKind) => [struck(kind, 'cp1', { active: false })];

describe('a manifest that a kubeadm left away', () => {
  const said = stopped('cp1 has no manifest of etcd');

  it.each(['unit-killed', 'node-reboot', 'node-down'] as const)('by %s takes a person, and has to be named', (kind) => {
    const lacking = withManifests(manifests.slice(1));
    expect(judgeEnd(said, killed(kind), lacking)).toEqual([]);
    expect(judgeEnd(stopped('cp1 is old'), killed(kind), lacking)[0]).toContain(`${kind} of cp1`);
    expect(expectedEnd(killed(kind), withManifests(manifests))).toEqual({ end: 'reaches' });
  });

  it('by nothing that ends a kubeadm is no excuse', () => {
    expect(expectedEnd(killed('etcd-alarm'), withManifests(manifests.slice(1)))).toEqual({ end: 'reaches' });
  });
});

const laid = (cordoned: readonly string[], node?: string) => {
  const stage = new Stage({ controlPlanes: 1, workers: 1 });
  finish(stage);
  for (const name of cordoned) stage.cordon(name, person);
  const metadata = {
    name: 'coredns-x',
    namespace: 'kube-system',
    uid: 'c',
    resourceVersion: '1',
    creationTimestamp: '',
  };
  stage.put({ apiVersion: 'v1', kind: 'Pod', metadata, spec: node === undefined ? {} : { nodeName: node } });
  return sight(stage);
};

describe('a pod of the cluster itself that no node takes', () => {
  const nodes = ['cp1', 'w1'];
  const cordons = nodes.map((name) => struck('person-cordons', name));

  it('because somebody cordoned all of them is a reason to stop, and has to be named', () => {
    expect(judgeEnd(stopped('coredns is not ready; cordoned: cp1, w1'), cordons, laid(nodes))).toEqual([]);
    expect(judgeEnd(stopped('coredns is not ready'), cordons, laid(nodes))[0]).toContain('person-cordons of cp1');
  });

  it('is none where it has a node, or could get one', () => {
    expect(expectedEnd(cordons, laid(nodes, 'cp1'))).toEqual({ end: 'reaches' });
    expect(expectedEnd(cordons, laid(['cp1']))).toEqual({ end: 'reaches' });
  });
});

describe('what cannot be had', () => {
  it.each([
    { version: '1.34.2', text: '1.34.2 would be a way back' },
    { version: '1.35.3', text: '1.35.3 would be a way back' },
  ])('$version is refused by its reason', ({ version, text }) => {
    const there = sight(new Stage());
    const asked = { ...there, wish: { ...there.wish, version } };
    expect(judgeEnd(stopped(text), [], asked)).toEqual([]);
    expect(judgeEnd(stopped('something is wrong'), [], asked)).toEqual([
      expect.stringContaining('without naming its cause: wish'),
    ]);
  });

  it('what is several minors away can be had', () => {
    const there = sight(new Stage());
    expect(expectedEnd([], { ...there, wish: { ...there.wish, version: '1.37.1' } })).toEqual({ end: 'reaches' });
  });

  it('a worker that is further behind keeps nobody from going on', () => {
    const stage = new Stage({ before: (made) => made.upgraded('w1', '1.34.2') });
    expect(expectedEnd([], sight(stage))).toEqual({ end: 'reaches' });
  });
});

describe('an end', () => {
  it('that stops where nothing is in the way is wrong', () => {
    expect(judgeEnd(stopped('something is wrong with w1'), [], sight(new Stage()))).toEqual([
      'the run stopped (blocked), and nothing stands in its way',
    ]);
  });

  it('a fault that passes by itself is no excuse either', () => {
    const passing = struck('node-down', 'w1', { active: true });
    const fault = { ...passing.fault, permanent: false };
    expect(judgeEnd(stopped('w1'), [{ ...passing, fault }], sight(new Stage()))).toHaveLength(1);
  });

  it('that says done must have arrived', () => {
    const stage = new Stage();
    const done: SeenEnd = { outcome: 'done', text: '', lookedAt: 0 };
    expect(judgeEnd(done, [], sight(stage)).join('\n')).toContain(
      'the run said that it was done: w1: package kubelet is 1.35.4',
    );
    finish(stage);
    expect(judgeEnd(done, [], sight(stage))).toEqual([]);
  });

  it('what went wrong after its last look it could not see', () => {
    const stage = new Stage();
    finish(stage);
    stage.host('w1').power = 'down';
    const late = [struck('node-down', 'w1', { at: 100_000 })];
    expect(judgeEnd(doneAt(90_000), late, sight(stage))).toEqual([]);
    expect(judgeEnd(doneAt(149_000), late, sight(stage))).toEqual([]);
    expect(judgeEnd(doneAt(151_000), late, sight(stage))).toEqual(['the run said that it was done: w1: it is down']);
  });
});
