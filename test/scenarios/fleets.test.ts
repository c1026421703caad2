import { describe, expect, it } from 'vitest';
import type { FleetScenario } from '../../scripts/simulation/fleet/fleet-scenario.ts';
import { simulateFleet, type FleetFault } from '../../scripts/simulation/fleet/simulate-fleet.ts';
import { seenWave as wave } from '../simulator/oracle/seen-wave.ts';

const minute = 60_000;

/** Clusters `c1`, `c2`, … of 1+`workers`: so many of each wave, all over one minor or a patch. */
const fleet = (sizes: readonly number[], workers: number, settings: Partial<FleetScenario> = {}): FleetScenario => ({
  seed: 7,
  to: '1.36.3',
  clusters: sizes
    .flatMap((size, index) => Array.from({ length: size }, () => index))
    .map((index, at) => ({
      name: `c${at + 1}`,
      controlPlanes: 1,
      workers,
      from: '1.36.1',
      wave: index,
      region: 'r1',
    })),
  waves: [],
  promotesLate: false,
  otherMachine: false,
  resumes: false,
  ...settings,
});

const play = (scenario: FleetScenario, faults: readonly FleetFault[] = []) =>
  simulateFleet(scenario.seed, {}, { scenario, faults, traced: true });

const at = (line: string): number => Number(line.trim().split(' ')[0]) * 1000;

/** `p1 c2 run-started`, in the order in which it came. */
const transitions = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => {
    const [, what, which] = / (p\d+ c\d+) journal (run-started|run-finished)/.exec(line) ?? [];
    return what === undefined ? [] : [`${what} ${which ?? ''}`];
  });

const endsOf = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => / p\d+ ends: (\{"code":\d\}|"killed")/.exec(line)?.[1] ?? []);

describe('a promotion', { timeout: 300_000 }, () => {
  it('goes from dev to staging once that is proved, and to prod once somebody says yes', async () => {
    const waves = [
      wave('dev', { soakMs: 10 * minute }),
      wave('staging', { soakMs: 30 * minute, parallel: 2 }),
      wave('prod', { canary: { count: 1 }, parallel: 5, approval: true }),
    ];
    const { verdict, what, trace, said } = await play(
      fleet([1, 2, 5], 2, { waves, promotesLate: true, readable: true }),
    );
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['{"code":3}', '{"code":0}'],
    });
    const begun = trace.filter((line) => line.includes('journal run-started'));
    const ended = trace.filter((line) => line.includes('journal run-finished'));
    const order = begun.flatMap((line) => / (p\d+ c\d+) /.exec(line)?.[1] ?? []);
    expect(order.slice(0, 4)).toEqual(['p1 c1', 'p1 c2', 'p1 c3', 'p2 c4']);
    expect(order.slice(4).toSorted((a, b) => a.localeCompare(b))).toEqual(['p2 c5', 'p2 c6', 'p2 c7', 'p2 c8']);
    // The soak of each, and the canary of the last.
    expect(at(begun[1] ?? '') - at(ended[0] ?? '')).toBeGreaterThanOrEqual(10 * minute - 1000);
    expect(at(begun[3] ?? '') - at(ended[2] ?? '')).toBeGreaterThanOrEqual(30 * minute - 1000);
    expect(at(begun[4] ?? '')).toBeGreaterThan(at(ended[3] ?? ''));
    expect(said).toMatch(/\n *c8 +prod +✓ done/);
  });
});

describe('a window that closes in the middle of a fleet', { timeout: 300_000 }, () => {
  /** Open for 22 minutes more: enough for the first, and too little for what a control plane may take after it. */
  const window = { minutes: 70, openFor: 48 };
  const late = (settings: Partial<FleetScenario> = {}): FleetScenario => {
    const scenario = fleet([3], 1, { parallel: 1, ...settings });
    return { ...scenario, clusters: scenario.clusters.map((cluster) => ({ ...cluster, window })) };
  };

  it('stops safely, and the same command goes on in the next', async () => {
    const { verdict, what, trace, virtualMs } = await play(late());
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['{"code":6}', '{"code":0}'],
    });
    expect(transitions(trace).filter((each) => each.endsWith('run-started')).length).toBeGreaterThanOrEqual(3);
    expect(virtualMs).toBeGreaterThan(72 * minute);
  });

  it('is gone on with by nodeops daemon, with nobody there', async () => {
    const { verdict, what, trace } = await play(late({ daemonMs: 240 * minute }));
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['{"code":6}', '{"code":0}', '{"code":0}'],
    });
    // The last command found nothing left to do.
    expect(transitions(trace).some((each) => each.startsWith('p2 '))).toBe(true);
    expect(transitions(trace).some((each) => each.startsWith('p3 '))).toBe(false);
  });
});

describe('nodeops daemon', { timeout: 300_000 }, () => {
  it('has no more of a label in hand than the inventory allows, however many windows open at once', async () => {
    const window = { minutes: 70, openFor: 85 };
    const scenario = fleet([2], 1, { perRegion: 1, daemonMs: 120 * minute });
    const clusters = scenario.clusters.map((cluster) => ({ ...cluster, window }));
    const { verdict, what, trace } = await play({ ...scenario, clusters });
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(transitions(trace).filter((each) => each.startsWith('p2 '))).toEqual([
      'p2 c1 run-started',
      'p2 c1 run-finished',
      'p2 c2 run-started',
      'p2 c2 run-finished',
    ]);
  });
});

describe('a runner that is killed with all of its clusters in hand', { timeout: 300_000 }, () => {
  it('is taken up by another start of the same command', async () => {
    const kill = { cluster: 'c2', kind: 'program-killed', when: { journal: 60 }, moment: 'after' } as const;
    const { verdict, what, trace } = await play(fleet([3], 1), [kill]);
    expect({ verdict, what, ends: endsOf(trace) }).toEqual({
      verdict: 'as-expected',
      what: [],
      ends: ['"killed"', '{"code":0}'],
    });
    const first = transitions(trace).filter((each) => each.startsWith('p1 '));
    expect(first.toSorted()).toEqual(['p1 c1 run-started', 'p1 c2 run-started', 'p1 c3 run-started']);
    const second = transitions(trace).filter((each) => each.startsWith('p2 ') && each.endsWith('run-finished'));
    expect(second.toSorted()).toEqual(['p2 c1 run-finished', 'p2 c2 run-finished', 'p2 c3 run-finished']);
  });
});

describe('simulated fleets', { timeout: 300_000 }, () => {
  it.each([2, 12, 28])('with the faults of seed %i end as they must', async (seed) => {
    const { verdict, what } = await simulateFleet(seed, {});
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
  });

  it('of one seed are the same to the byte', async () => {
    const [first, second] = [
      await simulateFleet(8, {}, { traced: true }),
      await simulateFleet(8, {}, { traced: true }),
    ];
    expect(first.trace.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });
});
