import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

/** The first seed that goes back by itself from there, so that the test stays right when seeds mean something else. */
const seedThat = (controlPlanes: number, workers: number): number => {
  for (let seed = 1; seed < 100_000; seed += 1) {
    const scenario = scenarioOf(seed);
    const { goesBack, from } = scenario;
    if (
      goesBack === 'by-itself' &&
      from === '1.35.4' &&
      scenario.controlPlanes === controlPlanes &&
      scenario.workers === workers
    )
      return seed;
  }
  throw new Error(`no seed goes back by itself on ${controlPlanes} + ${workers}`);
};

/** The kubelets that were started with another version than before, in order; restarts of the same one left out. */
const changes = (trace: readonly string[]): readonly string[] => {
  const runs = new Map<string, string>();
  return trace.flatMap((line) => {
    const [, host = '', version = ''] =
      /"type":"kubelet-started","host":"([^"]+)","version":"([^"]+)"/.exec(line) ?? [];
    if (host === '' || (runs.get(host) ?? '1.35.4') === version) return [];
    runs.set(host, version);
    return [`${host} ${version}`];
  });
};

describe('an upgrade that fails at a worker and was asked to go back then', { timeout: 60_000 }, () => {
  it.each([
    [1, 2, ['sim-cp1 1.36.3', 'sim-w1 1.36.3', 'sim-w1 1.35.4', 'sim-cp1 1.35.4']],
    [
      3,
      1,
      ['sim-cp1 1.36.3', 'sim-cp2 1.36.3', 'sim-cp3 1.36.3', 'sim-cp1 1.35.4', 'sim-cp2 1.35.4', 'sim-cp3 1.35.4'],
    ],
  ])('%i + %i', async (controlPlanes, workers, order) => {
    const { verdict, what, trace } = await simulate(
      seedThat(controlPlanes, workers),
      { kinds: [] },
      { traced: true, faults: [] },
    );
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    // The worker whose pod does not go is not drained for the way back: its kubelet never left.
    expect(changes(trace)).toEqual(order);
    expect(trace.filter((line) => /p\d+ ends: /.test(line)).map((line) => line.replace(/^ *[\d.]+ /, ''))).toEqual([
      'p1 ends: {"code":1}',
      'p2 ends: {"code":0}',
    ]);
    expect(trace.some((line) => line.includes('p2 journal command-started'))).toBe(false);
  });
});
