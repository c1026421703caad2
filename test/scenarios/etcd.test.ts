import { describe, expect, it } from 'vitest';
import type { EtcdScenario, Loss } from '../../scripts/simulation/operations/etcd-scenario.ts';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';

const course = 'etcd';
const topology = { controlPlanes: 3, workers: 1 };

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
const seedThat = (what: string, is: (etcd: EtcdScenario) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const { etcd, window, dryRunFirst, otherMachine } = scenarioOf(seed, topology, course);
    if (etcd !== undefined && window === undefined && !dryRunFirst && !otherMachine && is(etcd)) return seed;
  }
  throw new Error(`no seed has ${what}`);
};

const play = (seed: number, faults: readonly Fault[] = []) =>
  simulate(seed, { topology, course, kinds: [] }, { traced: true, faults });

const endsOf = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => /p\d+ ends: (.*)$/.exec(line)?.[1] ?? []);

const ofMember = (trace: readonly string[], what: string): number =>
  trace.filter((line) => line.includes(`"member-${what}"`) && line.includes('"kind":"nodeops"')).length;

const asWished = { verdict: 'as-expected', what: [], ends: ['{"code":0}'] };

const isUpgrade = (etcd: EtcdScenario): boolean =>
  etcd.kind === 'upgrade' && !etcd.unknown && etcd.image.endsWith(':3.6.12-0');
const replaces =
  (loss: Loss, joined: boolean) =>
  (etcd: EtcdScenario): boolean =>
    etcd.kind === 'replace' && etcd.loss === loss && etcd.joined === joined && etcd.at === 1;

describe('etcd of a simulated cluster', { timeout: 180_000 }, () => {
  it('gets another patch, one member after the other, the leader last', async () => {
    const { verdict, what, trace, rules } = await play(seedThat('an upgrade', isUpgrade));
    expect({ verdict, what, ends: endsOf(trace) }).toEqual(asWished);
    const stopped = trace.flatMap(
      (line) => /"component-stopped","host":"([^"]+)","component":"etcd"/.exec(line)?.[1] ?? [],
    );
    expect(stopped).toEqual(['sim-cp2', 'sim-cp3', 'sim-cp1']);
    expect(trace.some((line) => line.includes('"handed-over"'))).toBe(true);
    expect(rules?.['one-down']).toBe(3);
  });

  it.each([
    ['deleted', true],
    ['deleted', false],
    ['torn', false],
    ['unnoticed', true],
    ['removed', true],
    ['added', true],
  ] as const)('has a member replaced that was %s (manifests as joined: %s)', async (loss, joined) => {
    const { verdict, what, trace } = await play(seedThat(loss, replaces(loss, joined)));
    expect({ verdict, what, ends: endsOf(trace) }).toEqual(asWished);
    expect(ofMember(trace, 'added')).toBe(loss === 'added' ? 0 : 1);
    expect(ofMember(trace, 'removed')).toBe(loss === 'added' || loss === 'removed' ? 0 : 1);
    expect(ofMember(trace, 'promoted')).toBe(1);
  });

  it('promotes a learner that runs already', async () => {
    const { verdict, what, trace } = await play(seedThat('a learner', replaces('learning', true)));
    expect({ verdict, what, ends: endsOf(trace) }).toEqual(asWished);
    expect([ofMember(trace, 'added'), ofMember(trace, 'promoted')]).toEqual([0, 1]);
  });

  it('keeps a member that is well, and says so', async () => {
    const { verdict, what, trace, said } = await play(seedThat('nothing lost', replaces('none', true)));
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(new Set(endsOf(trace))).toEqual(new Set(['{"code":3}']));
    expect(said).toContain('there is nothing to replace');
    expect(trace.some((line) => line.includes('"component-stopped"'))).toBe(false);
  });

  it('is gone on with where the program was killed in the middle of a replacement', async () => {
    const seed = seedThat('data that are deleted', replaces('deleted', true));
    const { trace } = await play(seed);
    const entries = trace.filter((line) => line.includes(' journal '));
    const removed = entries.findIndex((line) => /journal command-finished \S+\/remove-etcd-member$/.test(line));
    expect(removed).toBeGreaterThan(0);
    const killed = { kind: 'program-killed', moment: 'after', when: { journal: removed + 1 } } as const;
    const again = await play(seed, [killed]);
    expect({ verdict: again.verdict, what: again.what, ends: endsOf(again.trace) }).toEqual({
      ...asWished,
      ends: ['"killed"', '{"code":0}'],
    });
    expect([ofMember(again.trace, 'removed'), ofMember(again.trace, 'added')]).toEqual([1, 1]);
  });
});
