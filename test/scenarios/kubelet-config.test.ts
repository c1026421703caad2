import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

type Kubelets = NonNullable<Scenario['kubelets']>;

const topology = { controlPlanes: 1, workers: 2 };

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
const seedThat = (what: string, is: (drawn: Kubelets) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const { kubelets, window, dryRunFirst } = scenarioOf(seed, topology, 'kubelet-config');
    if (kubelets !== undefined && window === undefined && !dryRunFirst && is(kubelets)) return seed;
  }
  throw new Error(`no seed has ${what}`);
};

const play = (seed: number, options: Parameters<typeof simulate>[2] = {}) =>
  simulate(seed, { topology, course: 'kubelet-config', kinds: [] }, { traced: true, faults: [], ...options });

const endsOf = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => /p\d+ ends: (.*)$/.exec(line)?.[1] ?? []);

const cordoned = (trace: readonly string[]): number =>
  trace.filter((line) => line.includes('"type":"cordoned"')).length;

describe('the kubelets of a simulated cluster', { timeout: 120_000 }, () => {
  it.each([
    ['each on a drained node', false, 3],
    ['beneath their pods', true, 0],
  ])('are configured %s', async (_how, inPlace, drained) => {
    const seed = seedThat('maxPods', ({ set, ...drawn }) => set.join() === 'maxPods=150' && drawn.inPlace === inPlace);
    const { verdict, what, trace } = await play(seed, {
      after: ({ hosts }) => {
        for (const { kubelet } of hosts.values()) expect(parse(kubelet.configuration)).toMatchObject({ maxPods: 150 });
      },
    });
    expect({ verdict, what, ends: endsOf(trace), drained: cordoned(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['{"code":0}'],
      drained,
    });
  });

  it('that take no such setting are left alone', async () => {
    const seed = seedThat('a refused setting', ({ refused }) => refused?.when === 'asked');
    const { verdict, what, trace } = await play(seed);
    expect({ verdict, what, ends: new Set(endsOf(trace)) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: new Set(['{"code":3}']),
    });
    expect(trace.some((line) => line.includes('"kubelet-stopped"'))).toBe(false);
  });

  it('that end over a setting get the file of before again, on the first node', async () => {
    const seed = seedThat('a setting that ends kubelets', ({ refused }) => refused?.when === 'started');
    const { verdict, what, trace, said } = await play(seed);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(endsOf(trace)).not.toContain('{"code":0}');
    const touched = trace.flatMap((line) => /"kubelet-stopped","host":"([^"]+)"/.exec(line)?.[1] ?? []);
    expect(new Set(touched).size).toBe(1);
    expect(said).toContain('grace period must be specified');
  });

  it.each([16, 43, 59, 92])('with the faults of seed %i end as they must', async (seed) => {
    const { verdict, what } = await simulate(seed, { course: 'kubelet-config' });
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
  });
});
