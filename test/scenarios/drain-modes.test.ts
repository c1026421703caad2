import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';
import { seedThat } from './seed-that.ts';

/** What went through kubectl about drains, by node. */
const drains = (trace: readonly string[]): readonly string[] => [
  ...new Set(trace.flatMap((line) => /command-started \S*\/(\S+)\/drain-node/.exec(line)?.[1] ?? [])),
];

describe('nodes that are not drained', { timeout: 60_000 }, () => {
  it.each([
    [
      'the only node of a cluster, to another minor',
      (scenario: Scenario) =>
        scenario.way.drain === 'none' &&
        scenario.workers === 0 &&
        scenario.from === '1.35.4' &&
        scenario.to === '1.36.3',
      [],
    ],
    [
      'a patch',
      ({ way, from, to }: Scenario) => way.drain === 'minor-only' && from === '1.36.1' && to === '1.36.3',
      [],
    ],
    [
      'a minor where others take the pods: drained all the same',
      ({ way, workers, controlPlanes, from, to }: Scenario) =>
        way.drain === 'none' && workers === 2 && controlPlanes === 1 && from === '1.35.4' && to === '1.36.3',
      ['sim-cp1', 'sim-w1', 'sim-w2'],
    ],
  ])('%s', async (what, is, expected) => {
    const {
      verdict,
      what: told,
      trace,
    } = await simulate(seedThat(what, is), { kinds: [] }, { traced: true, faults: [] });
    expect({ verdict, told }).toEqual({ verdict: 'as-expected', told: [] });
    expect(drains(trace)).toEqual(expected);
    expect(trace.some((line) => line.includes('"type":"kubelet-started"'))).toBe(true);
  });
});
