import { describe, expect, it } from 'vitest';
import { drainPrediction, foreseenTimes } from '../../src/gates/drain-prediction.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { lone, budgetOf, now, of, several } from '../drain/scenes.ts';
import { bound, nodeObject, old, onCluster, roomOf, target } from '../steps/values.ts';

const wish = {
  version: target,
  nodeNames: ['cp1', 'w1', 'w2'],
  controlPlaneNames: ['cp1'],
  workerNames: ['w1', 'w2'],
  maxUnavailable: 1,
  drainTimeoutMs: 60_000,
  deleteEmptyDirData: false,
};
const gate = bound(drainPrediction, wish, onCluster);

const seen = (change: object = {}) => ({
  nodes: ['cp1', 'w1', 'w2'].map((name) => nodeObject(name, { kubeletVersion: old, controlPlane: name === 'cp1' })),
  rooms: ['cp1', 'w1', 'w2'].map((name) => roomOf(name)),
  pods: [of('web', 'w1'), of('web', 'w2')],
  budgets: [],
  volumes: [],
  workloads: [],
  leases: { now, renewed: {} },
  refused: [],
  ...change,
});

describe('drain-prediction', () => {
  it('is satisfied where every drain will end and nobody suffers', () => {
    expect(gate.check(seen({ budgets: [budgetOf('web', 1, 2)], workloads: [] })).kind).toBe('satisfied');
    expect(gate.check(seen({ pods: [] }))).toEqual(satisfied);
  });

  it('blocks with what is wrong on which nodes, once', () => {
    expect(gate.check(seen({ budgets: [budgetOf('web', 2, 2)] }))).toEqual({
      kind: 'blocked',
      because: 'w1, w2: budget default/web never allows an eviction: minAvailable 2 of 2 pods',
      fix: `kubectl -n default patch poddisruptionbudget web --type=merge --patch='{"spec":{"minAvailable":1}}'`,
    });
  });

  it('tells everything at once, warnings too', () => {
    const pods = [lone(of('x', 'w1')), of('y', 'w2', { emptyDirs: ['cache'] }), of('single', 'w1')];
    expect(gate.check(seen({ pods }))).toEqual({
      kind: 'blocked',
      because: 'w1: pods without a controller would not come back: default/x-w1-1',
      fix: 'delete them, or have a Deployment run them; nodeops never forces',
      also: [
        {
          because: 'w2: pods would lose the data of their emptyDir: default/y-w2-1',
          fix: 'set `drain: { deleteEmptyDirData: true }` in the inventory once that is acceptable',
        },
      ],
      warnings: [
        expect.objectContaining({
          because: 'w1: deployment default/single has one replica: away for about 4 s while its pod moves',
        }),
        expect.objectContaining({
          because: 'w2: deployment default/y has one replica: away for about 4 s while its pod moves',
        }),
      ],
    });
  });

  it('leaves out nodes that are there already, and those that it does not go to', () => {
    const budgets = [budgetOf('web', 2, 2)];
    const there = ['cp1', 'w1', 'w2'].map((name) => nodeObject(name, { kubeletVersion: target }));
    expect(gate.check(seen({ budgets, nodes: there }))).toEqual(satisfied);
    const limited = bound(drainPrediction, { ...wish, nodeNames: ['w2'] }, onCluster);
    expect(limited.check(seen({ budgets }))).toMatchObject({ because: expect.stringMatching(/^w2: budget/) });
  });

  it('does not stop what a run of ours left: a node it drained, whose pods wait for it', () => {
    const nodes = [
      nodeObject('cp1', { kubeletVersion: target, controlPlane: true }),
      nodeObject('w1', { kubeletVersion: old, unschedulable: true, cordonedBy: 'r0' }),
      nodeObject('w2', { kubeletVersion: old }),
    ];
    const { node: _nowhere, ...waiting } = of('web', 'w1', { phase: 'Pending', ready: false });
    const budgets = [budgetOf('web', 1, 2, { disruptionsAllowed: 0, currentHealthy: 1 })];
    expect(gate.check(seen({ nodes, budgets, pods: [waiting, of('web', 'w2')] })).kind).toBe('satisfied');
  });

  it('counts what there is much of', () => {
    const pods = Array.from({ length: 40 }, (_, index) => of(`app-${index}`, 'w1')).concat(several(2, 'web', 'w2'));
    const verdict = gate.check(seen({ pods }));
    const warnings = verdict.kind === 'satisfied' ? (verdict.warnings ?? []) : [];
    expect(warnings).toHaveLength(9);
    expect(warnings.at(-1)?.because).toMatch(/^\d+ more like it: deployment default\/app-\d+, .* and \d+ more$/);
  });

  it('asks for dry runs of few nodes only', () => {
    const many = Array.from({ length: 30 }, (_, index) => `w${index}`);
    const { facts } = drainPrediction.bind({ ...wish, nodeNames: many }, onCluster);
    expect(facts['refused']?.key.split(' ')).toHaveLength(11);
  });
});

describe('how long the drains take', () => {
  const facts = drainPrediction.bind(wish, onCluster).facts;
  const told = (change: object, without?: string) => {
    const values: Readonly<Record<string, unknown>> = seen(change);
    const byKey = new Map(Object.entries(facts).map(([name, fact]) => [fact.key, { name, value: values[name] }]));
    return foreseenTimes(wish, (fact) => {
      const found = byKey.get(fact.key);
      return found === undefined || found.name === without
        ? { kind: 'unavailable', why: 'not asked', at: now, from: 'cp1' }
        : { kind: 'value', value: found.value, at: now, from: 'cp1' };
    });
  };

  it('is told, the longest first', () =>
    expect(told({ pods: [...several(3, 'web', 'w1'), of('web', 'w2')], budgets: [budgetOf('web', 3, 4)] })).toMatch(
      /^the drains take about \d+ s, one after the other: w\d \d+ s, w\d \d+ s/,
    ));

  it('is not told where nothing is to be evicted, or something is not known', () => {
    expect(told({ pods: [] })).toBeUndefined();
    expect(told({}, 'pods')).toBeUndefined();
  });

  it('is told also where webhooks could not be asked', () => expect(told({}, 'refused')).toBeDefined());
});
