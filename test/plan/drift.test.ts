import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/facts/fact.ts';
import { hostClock } from '../../src/facts/host-clock.ts';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { packageRepository } from '../../src/facts/package-repository.ts';
import { packages } from '../../src/facts/packages.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { nodeLeases } from '../../src/facts/node-leases.ts';
import type { PlannedVerdict } from '../../src/model/plan.ts';
import type { StepDrift } from '../../src/model/drift.ts';
import { blocked, needed, pending, satisfied } from '../../src/model/verdict.ts';
import { foldPlan } from '../../src/plan/build-plan.ts';
import { allows, comparePlans, type Fresh, type Held } from '../../src/plan/drift.ts';
import { factChanges, type Remembered } from '../../src/plan/fact-changes.ts';
import { hidingWith, savedCluster } from '../../src/plan/saved-plan.ts';
import type { World } from '../../src/plan/world.ts';
import { stepItems } from '../../src/steps/bound.ts';
import { stepOf } from '../../src/playbook/known.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject, onWorker, onControlPlane, packagesOf, repositoryOf, target } from '../steps/values.ts';
import { boundFor, playbook, withoutSnapshot } from './upgrade.ts';
import { know, nodeAt, subjectOf, worldAt } from './world.ts';

const assumed: PlannedVerdict = { kind: 'assumed', because: 'later' };
const [one, two] = ['kubelet 1.35.4 → 1.36.3', 'kubectl 1.35.4 → 1.36.3'];
const stuck = blocked('no room', 'make room');

describe('what a saved verdict allows', () => {
  it.each<[string, PlannedVerdict, PlannedVerdict, boolean]>([
    ['needed, and satisfied by now', needed(one), satisfied, true],
    ['needed, with the same changes', needed(one, two), needed(one, two), true],
    ['needed, with a part of the changes left', needed(one, two), needed(two), true],
    ['needed, with another change', needed(one), needed(two), false],
    ['needed, with a further change', needed(one), needed(one, two), false],
    ['needed, with a further change that does not count', needed(one), needed(one, 'evict 3 pods'), true],
    ['needed, with only what does not count', needed(one), needed('evict 3 pods'), true],
    ['satisfied, and still so', satisfied, satisfied, true],
    ['satisfied, and needed now', satisfied, needed(one), false],
    ['satisfied, and needed for what does not count', satisfied, needed('evict 3 pods'), false],
    ['satisfied, and blocked now', satisfied, stuck, false],
    ['needed, and blocked now', needed(one), stuck, false],
    ['needed, and not known yet', needed(one), pending('the API'), true],
    ['needed, and to be judged later', needed(one), assumed, true],
    ['not judged then, and needed', assumed, needed(one), true],
    ['not judged then, and blocked', assumed, stuck, true],
    ['not known then, and needed', pending('the API'), needed(one), true],
    ['blocked then, and needed', stuck, needed(one), false],
    ['blocked then, and satisfied', stuck, satisfied, true],
  ])('%s', (_what, saved, now, allowed) => {
    expect(allows(saved, now, (change) => change.startsWith('evict '))).toBe(allowed);
  });
});

describe('which changes a plan is not held to', () => {
  const version = { version: target };
  it.each<[string, string, boolean]>([
    ['drain-node', 'evict 2 pods: default/a, default/b', true],
    ['drain-node', 'cordon', false],
    ['install-packages', 'kubelet 1.35.4 (dpkg: iF) → 1.36.3', true],
    ['install-packages', 'hold again: kubelet', true],
    ['install-packages', 'kubelet 1.35.4 → 1.36.3', false],
    ['uncordon-node', 'uncordon', false],
    ['uncordon-node', 'take off the mark of run r1: someone has uncordoned the node', true],
    ['apply-upgrade', 'kubeadm upgrade apply did not come to its end: it runs again', true],
    ['apply-upgrade', 'control plane 1.35.4 → 1.36.3', false],
    ['upgrade-node', 'control plane 1.36.3 → 1.36.3', true],
    ['upgrade-node', 'control plane 1.35.4 → 1.36.3', false],
    ['restart-kubelet', 'the kubelet is not running (dead)', true],
    ['restart-kubelet', 'kubelet 1.35.4 → 1.36.3', false],
    ['switch-package-repository', '/etc/apt/k.list: v1.35 → v1.36', false],
  ])('%s: %s', (id, change, incidental) => {
    const all = {
      ...version,
      run: 'r1',
      packages: ['kubeadm'],
      lockSeconds: 1,
      drainTimeoutMs: 1,
      deleteEmptyDirData: false,
      workerNames: [],
      maxUnavailable: 1,
    };
    const step = stepOf(id);
    const wish = Object.fromEntries(Object.entries(all).filter(([name]) => step.parameters.includes(name)));
    expect(step.bind(wish, id === 'apply-upgrade' ? onControlPlane() : onWorker()).incidental(change)).toBe(incidental);
  });
});

const value = (seen: unknown): Remembered => ({ kind: 'value', value: seen });

describe('changes of facts', () => {
  it.each<[string, Remembered, Remembered, readonly string[]]>([
    ['none', value({ a: 1, b: [1, 2] }), value({ b: [1, 2], a: 1 }), []],
    ['a leaf', value({ a: { b: '1' } }), value({ a: { b: '2' } }), ['a.b: 1 → 2']],
    ['one more key', value({ a: 1 }), value({ a: 1, b: true }), ['b: absent → true']],
    ['one less', value({ a: 1, b: null }), value({ a: 1 }), ['b: null → absent']],
    [
      'a list of words',
      value({ owed: [] }),
      value({ owed: ['kubelet', 'kubeadm'] }),
      ['owed: none → kubelet, kubeadm'],
    ],
    [
      'what was empty (hand-edits and refused-flag, lab, 1.35.4)',
      value({ differences: {}, items: [], refused: {} }),
      value({ differences: { 'kube-scheduler': '+ --v=4' }, items: [{ name: 'w1' }], refused: {} }),
      ['differences.kube-scheduler: absent → + --v=4', 'items[w1].name: absent → w1'],
    ],
    ['a whole that was empty', value({}), value({ flag: '--x' }), ['flag: absent → --x']],
    ['what is empty now', value({ differences: { x: 1 } }), value({ differences: {} }), ['differences.x: 1 → absent']],
    [
      'named items',
      value([{ name: 'w1', ready: true }]),
      value([
        { name: 'w0', ready: true },
        { name: 'w1', ready: false },
      ]),
      ['[w1].ready: true → false', '[w0].name: absent → w0', '[w0].ready: absent → true'],
    ],
    ['items without a name', value([{ a: 1 }]), value([{ a: 2 }]), ['[0].a: 1 → 2']],
    ['a bare value', value('old'), value('done'), [': old → done']],
    ['another kind', value('old'), { kind: 'absent' }, [': old → absent']],
    ['not known', { kind: 'absent' }, { kind: 'unavailable', why: 'no answer' }, [': absent → not known: no answer']],
    [
      'not known, and now in parts',
      { kind: 'unavailable', why: 'no answer' },
      value({ kubeadmFlags: [], files: { a: 'b' } }),
      [': not known: no answer → seen'],
    ],
    ['known no more', value({ a: 1 }), { kind: 'unreadable', text: '?' }, [': seen → not understood: ?']],
    ['not understood', { kind: 'absent' }, { kind: 'unreadable', text: '?' }, [': absent → not understood: ?']],
    [
      'what never stands still comes last',
      value({ now: 1, z: 1 }),
      value({ now: 2, z: 2 }),
      ['z: 1 → 2', 'now: 1 → 2'],
    ],
    ['long texts are cut', value('a'.repeat(200)), value('b'), [`: ${'a'.repeat(120)}… → b`]],
  ])('%s', (_what, before, after, expected) => {
    const told = factChanges('node w1 x', before, after).map(
      ({ path, before: was, after: is }) => `${path}: ${was} → ${is}`,
    );
    expect(told).toEqual(expected);
  });
});

const cluster = makeCluster('paris-cp1', 'paris-w1', 'paris-w2');
const salt = 'ab12';
const names = cluster.nodes.map(({ name }) => name);
const [cp1, w1] = cluster.nodes;

const freshPlan = (world: World, run: string, without?: string): Fresh => {
  const bound = boundFor(cluster, run).filter(({ name }) => name !== without);
  const made = foldPlan({
    cluster: 'paris',
    playbook: 'upgrade',
    parameters: { version: target },
    before: [],
    notices: [],
    createdAt: 1,
    bound,
    world: withoutSnapshot(world, run),
  });
  const items = bound.flatMap(({ lanes }) => lanes.flatMap(({ items: inner }) => stepItems(inner)));
  return { ...made, steps: new Map(items.map(({ address, step }) => [address, step])) };
};

const oldWorld = (): World => worldAt(cluster, '1.35.4');

const saved = (world: World = oldWorld()): Held => ({
  saved: savedCluster(
    { cluster, nodes: names, playbook, parameters: { version: target }, run: 'r1', ...freshPlan(world, 'r1') },
    salt,
  ),
  hide: hidingWith(salt),
  run: 'r2',
});

/** The world as it was, changed by somebody. */
const changed = (change: (world: World) => void): World => {
  const world = oldWorld();
  change(world);
  return world;
};

const compared = (world: World, held = saved()): readonly StepDrift[] => comparePlans(held, freshPlan(world, 'r2'));
const onNode =
  <T>(index: number, fact: Fact<T>, seen: T) =>
  (world: World) => {
    const node = cluster.nodes[index];
    if (node !== undefined) know(world, subjectOf(node), fact, seen);
  };
const inCluster =
  <T>(fact: Fact<T>, seen: T) =>
  (world: World) =>
    know(world, { kind: 'cluster', cluster: 'paris' }, fact, seen);

describe('a saved plan and one of now', () => {
  it('are the same when nothing changed, though the run is another', () => {
    expect(compared(oldWorld())).toEqual([]);
  });

  it('are the same when only clocks went on', () => {
    const renewed = Object.fromEntries(names.map((name) => [name, 1_795_255_200_000]));
    const later = (world: World): void => {
      inCluster(nodeLeases, { now: 1_795_255_201_000, renewed })(world);
      for (const node of cluster.nodes) know(world, subjectOf(node), hostClock, { epochMs: 1_795_255_201_500 });
    };
    expect(compared(changed(later))).toEqual([]);
  });

  it('a node that somebody has upgraded by now is covered', () => {
    const world = changed((here) => {
      if (cp1 !== undefined) nodeAt(here, cp1, target);
    });
    const differences = compared(world);
    expect(differences.length).toBeGreaterThan(0);
    expect(differences.filter(({ covered }) => !covered)).toEqual([]);
  });

  it.each<[string, (world: World) => void, string, string, readonly string[]]>([
    [
      'other packages were installed',
      onNode(1, packages, packagesOf('1.35.7')),
      'workers/paris-w1/install-packages',
      'kubeadm 1.35.4 → 1.36.3 → kubeadm 1.35.7 → 1.36.3',
      ['node paris-w1 packages installed.kubeadm.version: 1.35.4-1.1 → 1.35.7-1.1'],
    ],
    [
      'somebody cordoned a worker without draining it',
      inCluster(
        nodes,
        names.map((name) => nodeObject(name, { unschedulable: name !== 'paris-w2' && name !== 'paris-cp1' })),
      ),
      'workers/paris-w2/drain-node',
      'cordon; evict 1 pod: default/web-paris-w2 → blocked: paris-w1 (cordoned by somebody else) out already: of 2 workers at most 1 may be out',
      ['cluster nodes [paris-w1].unschedulable: false → true'],
    ],
    [
      'the repository was switched back',
      onNode(1, packageRepository, repositoryOf('1.34')),
      'workers/paris-w1/switch-package-repository',
      '/etc/apt/sources.list.d/kubernetes.list: v1.35 → v1.36 → /etc/apt/sources.list.d/kubernetes.list: v1.34 → v1.36',
      ['node paris-w1 package-repository'],
    ],
    [
      'the kubelet runs another version',
      onNode(2, kubeletVersions, { installed: '1.35.4', running: '1.35.2' }),
      'workers/paris-w2/restart-kubelet',
      'kubelet 1.35.4 → 1.36.3 → kubelet 1.35.2 → 1.36.3',
      ['node paris-w2 kubelet-versions running: 1.35.4 → 1.35.2'],
    ],
    [
      'a node fell ill',
      inCluster(
        nodes,
        names.map((name) => nodeObject(name, { ready: name === 'paris-w1' ? 'False' : 'True' })),
      ),
      'cluster-gates/nodes-ready',
      'nothing to do → blocked: not ready: paris-w1 (Ready False)',
      ['cluster nodes [paris-w1].ready: True → False'],
    ],
  ])('%s', (_what, change, address, words, facts) => {
    const [first] = compared(changed(change)).filter(({ covered }) => !covered);
    expect(first?.address ?? '').toBe(address);
    if (first === undefined) return;
    expect(`${first.before} → ${first.after}`).toBe(words);
    const told = first.facts.map(({ fact, path, before, after }) => `${fact} ${path}: ${before} → ${after}`);
    for (const fact of facts) expect(told.some((line) => line.startsWith(fact))).toBe(true);
  });

  it('a fact that was foreseen is not told as changed when it came so', () => {
    const world = changed((here) => {
      if (w1 !== undefined) nodeAt(here, w1, '1.35.7');
    });
    const drift = compared(world).find(({ address }) => address.endsWith('paris-w1/restart-kubelet'));
    expect(drift?.facts.map(({ path }) => path)).toEqual(['running']);
  });

  it('tells steps that are gone and steps that were added', () => {
    const held = saved();
    const gone = comparePlans(held, freshPlan(oldWorld(), 'r2', 'verification'));
    expect(gone).toMatchObject([{ kind: 'gone', address: 'verification/verify-cluster', covered: false }]);
    const without: Held = {
      ...held,
      saved: savedCluster(
        { cluster, nodes: names, playbook, parameters: {}, run: 'r1', ...freshPlan(oldWorld(), 'r1', 'verification') },
        salt,
      ),
    };
    expect(compared(oldWorld(), without)).toMatchObject([
      { kind: 'added', address: 'verification/verify-cluster', step: 'verify-cluster', covered: false },
    ]);
  });
});

const mirror = (secret: string) => {
  const plain = repositoryOf('1.35');
  const change = (text: string): string => text.replace('https://', `https://ana:${secret}@`);
  return {
    files: Object.fromEntries(Object.entries(plain.files).map(([file, text]) => [file, change(text)])),
    entries: plain.entries.map((entry) => ({ ...entry, uri: change(entry.uri) })),
  };
};

describe('secrets', () => {
  const held = saved(changed(onNode(1, packageRepository, mirror('first-s3cret'))));

  it('are in no saved plan', () => {
    const text = JSON.stringify(held.saved);
    expect(text).not.toContain('s3cret');
    expect(text).toContain('(hidden ');
  });

  it('are noticed when they change', () => {
    const world = changed((here) => {
      onNode(1, packageRepository, mirror('second-s3cret'))(here);
      onNode(1, packages, packagesOf('1.35.7'))(here);
    });
    const drift = compared(world, held).find(({ address }) => address === 'workers/paris-w1/install-packages');
    const uri = drift?.facts.find(({ path }) => path.endsWith('.uri'));
    expect(uri?.before).toMatch(/^https:\/\/\(hidden [0-9a-f]{12}\)@/);
    expect(uri?.after).toMatch(/^https:\/\/\(hidden [0-9a-f]{12}\)@/);
    expect(uri?.after).not.toBe(uri?.before);
    expect(JSON.stringify(drift)).not.toContain('s3cret');
  });
});
