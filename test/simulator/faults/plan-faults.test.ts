import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../../src/simulator/faults/fault.ts';
import { kinds } from '../../../src/simulator/faults/kinds.ts';
import { planFaults, type Topology } from '../../../src/simulator/faults/plan-faults.ts';
import { Random } from '../../../src/simulator/random.ts';

const topology: Topology = {
  controlPlanes: ['cp1', 'cp2', 'cp3'],
  workers: ['w1', 'w2'],
  commands: 300,
  journals: 200,
  durationMs: 1_200_000,
};
const seeds = Array.from({ length: 4000 }, (_, seed) => seed);
const plans = seeds.map((seed) => planFaults(new Random(seed), topology));
const all = plans.flat();

describe('plans', () => {
  it('the same seed, the same plan', () => {
    expect(planFaults(new Random(11), topology)).toEqual(planFaults(new Random(11), topology));
    expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBeGreaterThan(3000);
  });

  it('hold none to four, of which at most one is for good', () => {
    expect(new Set(plans.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(Math.max(...plans.map((plan) => plan.filter(({ permanent }) => permanent === true).length))).toBe(1);
  });

  it('reach every kind, and every kind that may last for good', () => {
    expect([...new Set(all.map(({ kind }) => kind))].toSorted()).toEqual([...faultKinds].toSorted());
    const forGood = Object.entries(kinds).flatMap(([kind, { permanent }]) => (permanent === true ? [kind] : []));
    expect([...new Set(all.flatMap(({ kind, permanent }) => (permanent === true ? [kind] : [])))].toSorted()).toEqual(
      forGood.toSorted(),
    );
  });

  it('reach every moment, and every way of saying when', () => {
    expect([...new Set(all.map(({ moment }) => moment))].toSorted()).toEqual(['after', 'before', 'during']);
    expect([...new Set(all.flatMap(({ when }) => Object.keys(when)))].toSorted()).toEqual([
      'atMs',
      'command',
      'journal',
    ]);
  });

  it('put faults of control planes on control planes', () => {
    const misplaced = all.filter(
      ({ kind, where = '' }) => kind.startsWith('etcd-') && !topology.controlPlanes.includes(where),
    );
    expect(misplaced).toEqual([]);
    expect(
      all.filter(({ kind, where = '' }) => kind === 'person-cordons' && !topology.workers.includes(where)),
    ).toEqual([]);
  });

  it('hold no kind twice on a host', () => {
    const twice = plans.filter((plan) => {
      const keys = plan.filter(({ where }) => where !== undefined).map(({ kind, where }) => `${kind} ${where}`);
      return new Set(keys).size < keys.length;
    });
    expect(twice).toEqual([]);
  });

  it('what passes says how long it lasts; what is for good does not', () => {
    for (const { kind, permanent, lastsMs } of all) {
      const lasts = kind.startsWith('connection-')
        ? undefined
        : Object.entries(kinds).find(([name]) => name === kind)?.[1].lasts;
      expect(lastsMs !== undefined).toBe(lasts !== undefined && permanent !== true);
    }
  });

  it('keep to the kinds that they are given', () => {
    const only = ['node-down', 'etcd-alarm'] as const;
    const few = seeds
      .slice(0, 200)
      .flatMap((seed) => planFaults(new Random(seed), topology, { only, permanentChance: 1 }));
    expect([...new Set(few.map(({ kind }) => kind))].toSorted()).toEqual(['etcd-alarm', 'node-down']);
  });
});
