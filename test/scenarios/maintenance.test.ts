import { describe, expect, it } from 'vitest';
import { operations, type Operation } from '../../scripts/simulation/maintenance.ts';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

const course = 'maintenance';

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
const seedThat = (is: (scenario: Scenario, asked: NonNullable<Scenario['maintenance']>) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const scenario = scenarioOf(seed, undefined, course);
    if (scenario.maintenance !== undefined && is(scenario, scenario.maintenance)) return seed;
  }
  throw new Error('no seed is of that kind');
};

const judged = async (seed: number, choice: object, traced = false) => {
  const { verdict, what, trace } = await simulate(seed, { course, ...choice }, { traced });
  return { verdict, what, trace };
};

const happened = (trace: readonly string[], type: string): readonly string[] =>
  trace.flatMap(
    (line) => new RegExp(`"type":"${type}","(?:host|node)":"([^"]+)".*"kind":"nodeops"`).exec(line)?.[1] ?? [],
  );

const isPlain = ({ window, dryRunFirst, way }: Scenario): boolean =>
  window === undefined && !dryRunFirst && way.drain === undefined;

describe('the maintenance of nodes', { timeout: 120_000 }, () => {
  it.each(operations)('%s comes to its end', async (operation: Operation) => {
    const seed = seedThat((scenario, asked) => asked.operation === operation && isPlain(scenario));
    expect(await judged(seed, { kinds: [] })).toMatchObject({ verdict: 'as-expected', what: [] });
  });

  it('restarts every node once where that is asked for, workers first, drained', async () => {
    const seed = seedThat(
      (scenario, { operation, reboot, nodes, cordoned, keptOut }) =>
        operation === 'reboot' &&
        reboot === 'always' &&
        nodes.length + cordoned.length + keptOut.nodes.length === 0 &&
        scenario.workers === 2 &&
        isPlain(scenario),
    );
    const { verdict, what, trace } = await judged(seed, { kinds: [] }, true);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const { controlPlanes } = scenarioOf(seed, undefined, course);
    const names = ['sim-w1', 'sim-w2', ...Array.from({ length: controlPlanes }, (_, at) => `sim-cp${at + 1}`)];
    expect(happened(trace, 'host-down').toSorted()).toEqual(names.toSorted());
    expect(happened(trace, 'host-down').slice(0, 2).toSorted()).toEqual(['sim-w1', 'sim-w2']);
    expect(happened(trace, 'uncordoned')).toEqual(happened(trace, 'host-down'));
  });

  it('restarts nothing where that is ruled out, and patches all the same', async () => {
    const seed = seedThat(
      (scenario, { operation, reboot, nodes, cordoned, keptOut }) =>
        operation === 'os-patch' &&
        reboot === 'never' &&
        nodes.length + cordoned.length + keptOut.nodes.length === 0 &&
        isPlain(scenario),
    );
    const { verdict, what, trace } = await judged(seed, { kinds: [] }, true);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(happened(trace, 'host-down')).toEqual([]);
    expect(happened(trace, 'package-changed').length).toBeGreaterThan(0);
  });

  it.each(Array.from({ length: 25 }, (_, at) => at + 1))('with the faults of seed %i ends as it must', async (seed) => {
    expect(await judged(seed, {})).toMatchObject({ verdict: 'as-expected', what: [] });
  });
});
