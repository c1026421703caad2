import { describe, expect, it } from 'vitest';
import { seenWindow, writtenWindow } from '../../scripts/simulation/window.ts';
import { startMs } from '../../scripts/simulation/ground.ts';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';
import { windowAt } from '../../src/model/maintenance-window.ts';
import { seedThat } from './seed-that.ts';

const minute = 60_000;
/** Minutes that are left of the window when all begins; below zero it is closed. */
const leftOf = ({ window }: Scenario): number | undefined =>
  window === undefined ? undefined : window.minutes - window.openFor;
const small = ({ controlPlanes, workers, from, to }: Scenario): boolean =>
  controlPlanes === 1 && workers === 2 && from === '1.35.4' && to === '1.36.3';

const endsOf = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => /p\d+ ends: (.*)$/.exec(line)?.[1] ?? []);

describe('a cluster with a maintenance window', { timeout: 120_000 }, () => {
  it.each([
    [
      'that is open for long enough is upgraded at once',
      (scenario: Scenario) => small(scenario) && (leftOf(scenario) ?? 0) > 25,
      ['{"code":0}'],
    ],
    [
      'that is closed waits for the next one, with nothing touched',
      (scenario: Scenario) => small(scenario) && (leftOf(scenario) ?? 1) < 0,
      ['{"code":6}', '{"code":0}'],
    ],
    [
      'that closes too soon for the first node does the same',
      (scenario: Scenario) => small(scenario) && [2, 3, 4, 5].includes(leftOf(scenario) ?? 0),
      ['{"code":6}', '{"code":0}'],
    ],
  ])('%s', async (what, is, ends) => {
    const seed = seedThat(what, (scenario) => is(scenario) && !scenario.dryRunFirst);
    const { verdict, what: told, trace } = await simulate(seed, { kinds: [] }, { traced: true, faults: [] });
    expect({ verdict, told, ends: endsOf(trace) }).toEqual({ verdict: 'as-expected', told: [], ends });
  });

  it('that what is wrong leaves no time in is not come back to for ever, and what is wrong is named', async () => {
    const seed = seedThat('one control plane, and a window for it alone', (scenario) => {
      const { window, dryRunFirst, otherMachine } = scenario;
      return small(scenario) && window?.minutes === 40 && (leftOf(scenario) ?? 1) < 0 && !dryRunFirst && !otherMachine;
    });
    const fault = { kind: 'etcd-member-down', where: 'sim-cp1', moment: 'before', permanent: true } as const;
    const options = { traced: true, faults: [{ ...fault, when: { command: 103 } }] };
    const { verdict, what: told, trace } = await simulate(seed, { kinds: [] }, options);
    expect({ verdict, told }).toEqual({ verdict: 'as-expected', told: [] });
    expect(endsOf(trace).slice(-4)).toEqual(Array.from({ length: 4 }, () => '{"code":6}'));
  });

  it('that closes in the middle of two minors stops between two nodes, and goes on in the next one', async () => {
    const seed = seedThat('two minors, and a window that closes between them', (scenario) => {
      const left = leftOf(scenario) ?? 0;
      return (
        scenario.from === '1.34.2' &&
        scenario.to === '1.36.3' &&
        left > 22 &&
        left < 26 &&
        scenario.workers < 3 &&
        scenario.controlPlanes === 1 &&
        !scenario.dryRunFirst
      );
    });
    const { verdict, what: told, trace } = await simulate(seed, { kinds: [] }, { traced: true, faults: [] });
    expect({ verdict, told }).toEqual({ verdict: 'as-expected', told: [] });
    expect(endsOf(trace)[0]).toBe('{"code":6}');
    expect(endsOf(trace).at(-1)).toBe('{"code":0}');
    const firstRun = trace.slice(
      0,
      trace.findIndex((line) => /p1 ends: /.test(line)),
    );
    expect(firstRun.some((line) => line.includes('"type":"kubelet-started"'))).toBe(true);
    expect(firstRun.some((line) => line.includes('"type":"cordoned"'))).toBe(true);
  });

  it('is seen by the oracle as its pattern has it', () => {
    let compared = 0;
    for (let seed = 1; seed < 200; seed += 1) {
      const scenario = scenarioOf(seed);
      const { window: written } = writtenWindow(scenario);
      const { window: seen } = seenWindow(scenario, false);
      if (written === undefined || seen === undefined) continue;
      for (let at = startMs; at < startMs + 300 * minute; at += 7 * minute) {
        const since = (at - seen.opensAt) % seen.everyMs;
        const state = windowAt(written, at);
        expect([seed, at, state.kind, state.kind === 'open' ? state.until : state.next]).toEqual([
          seed,
          at,
          since < seen.durationMs ? 'open' : 'closed',
          at - since + (since < seen.durationMs ? seen.durationMs : seen.everyMs),
        ]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });
});
