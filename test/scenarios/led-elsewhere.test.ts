import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';

const topology = { controlPlanes: 3, workers: 1 };

/** The first seed whose upgrade brings another etcd, so that kubeadm ends the one that runs. */
const seed = ((): number => {
  for (let each = 1; each < 10_000; each += 1) {
    const { from, to, goesBack } = scenarioOf(each, topology);
    if (from === '1.35.4' && to === '1.36.3' && goesBack === undefined) return each;
  }
  throw new Error('no seed goes from 1.35.4 to 1.36.3');
})();

const run = (faults: readonly Fault[]) => simulate(seed, { topology }, { traced: true, faults });

/** Who handed leadership to whom first, and which line of the journal says that this was seen. */
const handedOver = (trace: readonly string[]) => {
  const moved = trace.find((line) => line.includes('"type":"leader-moved"') && line.includes('"how":"handed-over"'));
  const [, from = '', to = ''] = /"from":"([^"]+)","to":"([^"]+)"/.exec(moved ?? '') ?? [];
  const journalled = trace.filter((line) => / p\d+ journal /.test(line));
  const seen = journalled.findIndex((line) =>
    line.endsWith(`step-finished first-control-plane/${from}/move-etcd-leader`),
  );
  return { from, to, seen: seen + 1 };
};

/** How leadership left a control plane, and by whom, in order. */
const departures = (trace: readonly string[], from: string): readonly string[] =>
  trace.flatMap((line) => {
    const [, who, how, by] =
      /"type":"leader-moved","from":"([^"]+)".*"how":"([^"]+)","actor":\{"kind":"(\w+)"/.exec(line) ?? [];
    return who === from ? [`${how ?? ''} by ${by ?? ''}`] : [];
  });

describe('a control plane that goes down right after leadership was handed over to it', { timeout: 60_000 }, () => {
  it('is waited for, and leadership that came back by an election is handed over once more', async () => {
    const { from, to, seen } = handedOver((await run([])).trace);
    expect([from, to]).toEqual([expect.stringMatching(/^sim-cp/), expect.stringMatching(/^sim-cp/)]);
    const { verdict, what, trace } = await run([
      { kind: 'node-down', where: to, when: { journal: seen }, moment: 'after', lastsMs: 60_000 },
    ]);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(departures(trace, to)[0]).toBe('elected by fault');
    expect(departures(trace, from).slice(0, 2)).toEqual(['handed-over by nodeops', 'handed-over by nodeops']);
  });
});
