import { describe, expect, it } from 'vitest';
import type { Addon, BackupHook } from '../../src/model/cluster.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { stepItems, type BoundPhase } from '../../src/steps/bound.ts';
import { playbook as upgrade } from '../plan/upgrade.ts';
import { makeCluster, makeNode } from '../run/scripted.ts';

const cluster = makeCluster('cp1', 'cp2', 'w1', 'w2');
const everyone = cluster.nodes.map(({ name }) => name);
const settings = {
  version: '1.36.3',
  run: 'r1',
  lockSeconds: 300,
  drainTimeoutMs: 1000,
  deleteEmptyDirData: false,
  nodeNames: everyone,
  controlPlaneNames: ['cp1', 'cp2'],
  workerNames: ['w1', 'w2'],
  maxUnavailable: 1,
  node: 'cp2',
};
const head = 'apiVersion: nodeops/v1\nkind: Playbook\nname: test\ndescription: A test.\nphases:\n';
const playbook = (phases: string) => loadPlaybook(head + phases, 'test.yaml');
const bind = (phases: string, nodes: readonly string[] = everyone, of = cluster) =>
  bindPlaybook(playbook(phases), { cluster: of, selection: { nodes }, settings });
const lanes = (phases: readonly BoundPhase[]) =>
  phases.map(({ name, lanes: all }) => `${name}: ${all.map(({ node }) => node ?? '*').join(' ')}`);
const addresses = (phases: readonly BoundPhase[]) =>
  phases.flatMap(({ lanes: all }) => all.flatMap(({ items }) => stepItems(items).map(({ address }) => address)));

const on = (target: string, extra = '') =>
  `  - name: p\n    on: ${target}\n${extra}    steps: [{ uses: restart-kubelet }]\n`;
const wholePhase = (extra = '') => `  - name: p\n    on: cluster\n${extra}    steps: [{ uses: verify-rollouts }]\n`;

const phasesOf = (hops: string) =>
  `  - name: p\n    on: workers\n    hops: ${hops}\n    steps: [{ uses: restore-point }]\n`;

describe('a hop', () => {
  const hop = { version: '1.35.4', first: true, last: false, alone: false, workers: true, further: {} };
  const bindHop = (text: string, change: Partial<typeof hop> & { further?: Record<string, string> } = {}) =>
    bindPlaybook(playbook(text), {
      cluster,
      selection: { nodes: everyone },
      settings: { ...settings, version: '1.35.4' },
      hop: { ...hop, ...change },
    });

  it.each([
    ['every', {}, ['1.35.4 p: w1 w2']],
    ['every', { alone: true }, ['p: w1 w2']],
    ['first', {}, ['1.35.4 p: w1 w2']],
    ['first', { first: false }, []],
    ['last', {}, []],
    ['last', { last: true }, ['1.35.4 p: w1 w2']],
    ['as-workers', { workers: false }, []],
  ])('a phase of %s, %j', (hops, change, expected) => expect(lanes(bindHop(phasesOf(hops), change))).toEqual(expected));

  it('takes some nodes to a version of their own', () => {
    const [phase] = bindHop(phasesOf('every'), { further: { w2: '1.34.4' } });
    const versions = phase?.lanes.flatMap(({ items }) => stepItems(items).map(({ step }) => step.with['version']));
    expect(versions).toEqual(['1.35.4', '1.34.4']);
  });
});

describe('etcd on hosts of its own', () => {
  const external = { ...cluster, etcdHosts: [makeNode('e1', 'etcd'), makeNode('e2', 'etcd')] };
  const parallel = (target: string, extra: string) => bind(on(target, extra), everyone, external)[0]?.parallel;

  it.each([
    ['etcd-members', ['p: cp1 cp2'], ['p: e1 e2']],
    ['etcd-hosts', [], ['p: e1 e2']],
    // No step about nodes is for one of them.
    ['every-node', ['p: cp1 cp2 w1 w2'], ['p: cp1 cp2 w1 w2']],
    ['control-planes', ['p: cp1 cp2'], ['p: cp1 cp2']],
    ['workers', ['p: w1 w2'], ['p: w1 w2']],
  ])('%s: %j, with such hosts %j', (target, stacked, separate) => {
    expect(lanes(bind(on(target)))).toEqual(stacked);
    expect(lanes(bind(on(target), everyone, external))).toEqual(separate);
  });

  it('is neither chosen nor left out by a selection', () =>
    expect(lanes(bind(on('etcd-members'), ['w1'], external))).toEqual(['p: e1 e2']));

  it('counts for all at once, and for no worker that may be out', () => {
    expect(parallel('etcd-hosts', '    parallel: all\n')).toBe(2);
    expect(parallel('every-node', '    parallel: all\n')).toBe(4);
    expect(parallel('workers', '    parallel: max-unavailable\n')).toBe(1);
  });

  it('gives a step its hosts, once, and no step where there are none', () => {
    const phase =
      '  - name: p\n    on: control-planes\n    steps: [{ uses: etcd-of-cluster, each: external-etcd }, { uses: restart-kubelet }]\n';
    const wishes = (of: typeof cluster) =>
      bind(phase, ['cp1'], of).flatMap(({ lanes: [lane] }) =>
        stepItems(lane?.items ?? []).map(({ step }) => [step.id, step.with['etcdHosts']]),
      );
    expect(wishes(external)).toEqual([
      ['etcd-of-cluster', ['e1', 'e2']],
      ['restart-kubelet', undefined],
    ]);
    expect(wishes(cluster)).toEqual([['restart-kubelet', undefined]]);
  });
});

describe('which nodes a phase goes over', () => {
  it.each([
    ['every-node', everyone, ['p: cp1 cp2 w1 w2']],
    ['first-control-plane', everyone, ['p: cp1']],
    ['other-control-planes', everyone, ['p: cp2']],
    ['workers', everyone, ['p: w1 w2']],
    ['workers', ['w2'], ['p: w2']],
    ['workers', ['cp1', 'cp2'], []],
    ['every-node', ['cp2', 'w1'], ['p: cp2 w1']],
    ['named-node', everyone, ['p: cp2']],
    ['named-node', ['cp1', 'w1'], []],
    // A selection does not make another control plane the first one.
    ['first-control-plane', ['cp2'], []],
    ['other-control-planes', ['cp2'], ['p: cp2']],
  ])('%s of %j', (target, nodes, expected) => expect(lanes(bind(on(target), nodes))).toEqual(expected));

  it.each([
    ['', ['w1'], 1],
    ['    requires: control-planes\n', ['cp1', 'cp2'], 1],
    ['    requires: control-planes\n', ['cp1', 'w1', 'w2'], 0],
    ['    requires: every-node\n', everyone, 1],
    ['    requires: every-node\n', ['cp1', 'cp2', 'w1'], 0],
  ])('a phase about the whole, %j, of %j', (extra, nodes, count) =>
    expect(bind(wholePhase(extra), nodes)).toHaveLength(count),
  );

  it.each([
    ['', 1],
    ['    parallel: 3\n', 3],
    ['    parallel: all\n', 4],
    ['    parallel: max-unavailable\n', 2],
  ])('%j at once', (extra, expected) => {
    const half = { ...cluster, maxUnavailable: { count: 2 } };
    expect(bind(on('workers', extra), everyone, half)[0]?.parallel).toBe(expected);
  });
});

describe('addresses', () => {
  it('say phase, node and step, without blanks', () => {
    expect(
      addresses(
        bind('  - name: other control planes\n    on: other-control-planes\n    steps: [{ uses: restart-kubelet }]\n'),
      ),
    ).toEqual(['other-control-planes/cp2/restart-kubelet']);
    expect(addresses(bind(wholePhase()))).toEqual(['p/verify-rollouts']);
  });

  it('are unique where a step comes twice, in a bracket too', () => {
    const twice = `  - name: p
    on: workers
    steps:
      - { uses: install-packages, with: { packages: [kubeadm] } }
      - within: drained
        steps:
          - { uses: install-packages, with: { packages: [kubelet] } }
          - { uses: install-packages, with: { packages: [kubectl] } }
`;
    expect(addresses(bind(twice, ['w1']))).toEqual([
      'p/w1/install-packages',
      'p/w1/drain-node',
      'p/w1/install-packages-2',
      'p/w1/install-packages-3',
      'p/w1/uncordon-node',
    ]);
    const all = addresses(bind(twice));
    expect(new Set(all).size).toBe(all.length);
  });
});

const steps = (phases: readonly BoundPhase[]) =>
  phases.flatMap(({ lanes: all }) => all.flatMap(({ items }) => stepItems(items).map(({ step }) => step)));

describe('parameters', () => {
  it('come from the settings that a step names, and no others', () => {
    expect(steps(bind(on('workers'), ['w1']))[0]?.with).toEqual({});
    expect(steps(bind(wholePhase()))[0]?.with).toEqual({ version: '1.36.3', workerNames: ['w1', 'w2'] });
  });

  it('what the playbook says goes before the settings', () => {
    const own = '  - name: p\n    on: cluster\n    steps: [{ uses: verify-rollouts, with: { version: 1.36.9 } }]\n';
    expect(steps(bind(own))[0]?.with).toEqual({ version: '1.36.9', workerNames: ['w1', 'w2'] });
  });

  it('a step about the cluster in a phase over nodes is about the cluster', () => {
    const mixed = '  - name: p\n    on: workers\n    steps: [{ uses: verify-rollouts }, { uses: restart-kubelet }]\n';
    expect(steps(bind(mixed, ['w1'])).map((step) => step.on.kind)).toEqual(['cluster', 'node']);
  });
});

const addon = (name: string): Addon => ({
  name,
  work: { kind: 'command', argv: ['true'], check: ['true'] },
  health: [],
  timeoutMs: 1000,
});

const hook = (name: string): BackupHook => ({
  name,
  argv: ['true'],
  place: { kind: 'operator', directory: '/' },
  covers: [],
  timeoutMs: 1000,
});

const each = (what: string) => `  - name: p\n    on: cluster\n    steps: [{ uses: apply-addon, each: ${what} }]\n`;

const titles = (phases: readonly BoundPhase[]) =>
  phases.flatMap(({ lanes: all }) =>
    all.flatMap(({ items }) => stepItems(items).map(({ address, step }) => `${address}: ${step.title}`)),
  );

describe('each', () => {
  const full = { ...cluster, cni: addon('cni'), addons: [addon('metrics'), addon('ingress')] };
  it.each([
    ['cni', full, ['p/apply-addon: add-on cni']],
    ['addons', full, ['p/apply-addon: add-on metrics', 'p/apply-addon-2: add-on ingress']],
    ['cni', cluster, []],
    ['addons', cluster, []],
  ])('%s', (what, of, expected) => expect(titles(bind(each(what), everyone, of))).toEqual(expected));

  it('backup-hooks', () => {
    const hooks = [hook('velero'), hook('shop-db')];
    const of = { ...cluster, backup: { ...cluster.backup, application: hooks } };
    const phase = `  - name: p\n    on: cluster\n    steps: [{ uses: run-backup-hook, each: backup-hooks }]\n`;
    expect(titles(bind(phase, everyone, of))).toEqual([
      'p/run-backup-hook: hook velero, on this machine',
      'p/run-backup-hook-2: hook shop-db, on this machine',
    ]);
    expect(bind(phase)).toEqual([]);
  });

  it('a phase that has nothing to do is left out', () => expect(bind(each('addons'))).toEqual([]));
});

const always = (extra: string) => bind(wholePhase(extra)).map((phase) => phase.always);

describe('a phase that always follows', () => {
  it('is one where the playbook says so', () => {
    expect([always(''), always('    always: true\n'), always('    always: false\n')]).toEqual([
      [undefined],
      [true],
      [undefined],
    ]);
  });
});

const conditions = (phases: string) =>
  bind(phases).flatMap(({ lanes: all }) =>
    all.flatMap(({ items }) =>
      stepItems(items).map(({ address, step }) => [address, step.conditions.map(({ text }) => text)]),
    ),
  );

const upgradeWith = (parameters: Readonly<Record<string, unknown>>) =>
  bindPlaybook(upgrade, {
    cluster,
    selection: { nodes: everyone },
    settings: { ...settings, version: '1.36.3', maintenance: 'm1', ...parameters, parameters },
  });

const patching = (phases: ReturnType<typeof upgradeWith>) =>
  phases.flatMap(({ name, lanes: all }) =>
    all.flatMap(({ items }) =>
      stepItems(items).flatMap(({ step: { id } }) =>
        /os-packages|reboot|package-lists|restarted/.test(id) ? [`${name}: ${id}`] : [],
      ),
    ),
  );

describe('when', () => {
  it('what a phase, a bracket and a step say holds together; what was entered is left whatever holds by then', () => {
    const phase = `  - name: p
    on: named-node
    when: node.role == "control-plane"
    steps:
      - within: drained
        when: node.cgroup == 2
        steps:
          - uses: restart-kubelet
            when: node.ready
          - uses: verify-node
`;
    const [role, cgroup] = ['node.role == "control-plane"', 'node.cgroup == 2'];
    expect(conditions(phase)).toEqual([
      ['p/cp2/drain-node', [role, cgroup]],
      ['p/cp2/restart-kubelet', [role, cgroup, 'node.ready']],
      ['p/cp2/verify-node', [role, cgroup]],
      ['p/cp2/uncordon-node', []],
    ]);
  });

  it('a step without one has none', () => {
    expect(conditions(on('first-control-plane'))).toEqual([['p/cp1/restart-kubelet', []]]);
  });

  describe('where the parameters alone rule it out', () => {
    it.each([{}, { osPatch: false }])('a phase, a bracket and a step are not there at all: %j', (parameters) => {
      expect(patching(upgradeWith(parameters))).toEqual([]);
      expect(upgradeWith(parameters).map(({ name }) => name)).not.toContain('package lists');
    });

    it('they are there where it holds', () => {
      const found = patching(upgradeWith({ osPatch: true }));
      const once = ['upgrade-os-packages', 'reboot-node', 'verify-restarted-node'];
      for (const phase of ['first control plane', 'other control planes', 'workers'])
        expect(found.filter((text) => text.startsWith(phase)).slice(0, 3)).toEqual(once.map((id) => `${phase}: ${id}`));
      expect(new Set(found.filter((text) => text.startsWith('package lists')))).toEqual(
        new Set(['package lists: refresh-package-lists']),
      );
    });
  });
});
