import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

const course = 'patched-upgrade';
const topology = { controlPlanes: 1, workers: 2 };

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
const seedThat = (what: string, is: (scenario: Scenario) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const scenario = scenarioOf(seed, topology, course);
    const { window, dryRunFirst, otherMachine, way } = scenario;
    const isPlain = window === undefined && !dryRunFirst && !otherMachine && way.drain === undefined;
    if (isPlain && is(scenario)) return seed;
  }
  throw new Error(`no seed has ${what}`);
};

const all = { ...topology, ends: ['{"code":0}'], verdict: 'as-expected', what: [] };

const play = async (seed: number) => {
  const { verdict, what, trace } = await simulate(seed, { topology, course, kinds: [] }, { traced: true, faults: [] });
  const ends = trace.flatMap((line) => /p\d+ ends: (.*)$/.exec(line)?.[1] ?? []);
  const ofNodes = (type: string): readonly string[] =>
    trace.flatMap((line) =>
      line.includes('"kind":"nodeops"')
        ? (new RegExp(`"type":"${type}","(?:node|host)":"([^"]+)"`).exec(line)?.[1] ?? [])
        : [],
    );
  return { ended: { ...topology, verdict, what, ends }, ofNodes };
};

describe('hosts that are patched under the drains of an upgrade', { timeout: 180_000 }, () => {
  it('are drained once each, and restarted once each', async () => {
    const { ended, ofNodes } = await play(seedThat('restarts', ({ patches }) => patches?.reboot === 'always'));
    expect(ended).toEqual(all);
    const nodes = ['sim-cp1', 'sim-w1', 'sim-w2'];
    for (const type of ['cordoned', 'host-down', 'uncordoned']) expect(ofNodes(type).toSorted()).toEqual(nodes);
  });

  it('are restarted by nobody where that was not asked for', async () => {
    const { ended, ofNodes } = await play(seedThat('no restarts', ({ patches }) => patches?.reboot === 'never'));
    expect(ended).toEqual(all);
    expect(ofNodes('host-down')).toEqual([]);
    expect(ofNodes('cordoned')).toHaveLength(3);
  });

  it.each([3, 21])('with the faults of seed %i end as they must', async (seed) => {
    const { verdict, what } = await simulate(seed, { course });
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
  });
});
