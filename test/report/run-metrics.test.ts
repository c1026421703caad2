import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../src/model/event.ts';
import type { Plan, PlannedStep } from '../../src/model/plan.ts';
import { nothingAsked } from '../../src/model/probe.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { RunMetrics } from '../../src/report/run-metrics.ts';

const step = (phase: string, node: string, name: string, idle = false): PlannedStep => ({
  kind: 'step',
  address: `${phase}/${node}/${name}`,
  step: name,
  title: name,
  node,
  with: {},
  verdict: idle ? satisfied : { kind: 'needed', changes: ['x'] },
  assertion: false,
});

const lane = (phase: string, node: string, idle = false) => ({
  node,
  items: [step(phase, node, 'a', idle), step(phase, node, 'b', idle)],
});

const plan: Plan = {
  format: 1,
  cluster: 'paris',
  playbook: 'upgrade',
  parameters: {},
  before: [],
  phases: [
    { name: 'fetch', parallel: 3, lanes: [lane('fetch', 'cp1'), lane('fetch', 'w1'), lane('fetch', 'w2', true)] },
    { name: 'workers', parallel: 1, lanes: [lane('workers', 'w1'), lane('workers', 'w2', true)] },
  ],
  notices: [],
  createdAt: 0,
};

const metrics = () => {
  const all = new RunMetrics();
  all.begin(plan);
  const tell = (body: EventBody, at = 0): void => all.event({ at, cluster: 'paris', ...body });
  const finish = (address: string): void =>
    tell({ type: 'step-finished', address, outcome: 'done', durationMs: 1, waitedMs: 1 });
  const value = async (name: string): Promise<number | undefined> => {
    const found = new RegExp(String.raw`^nodeops_run_${name}\{cluster="paris"[^}]*\} (\S+)$`, 'm').exec(
      await all.text(),
    );
    return found === null ? undefined : Number(found[1]);
  };
  return { all, tell, finish, value };
};

const output = (line: string): EventBody => ({ type: 'command-output', address: 'a', id: '1', node: 'w1', line });

describe('metrics of runs', () => {
  it('nodes are done once nothing of them is left', async () => {
    const { finish, tell, value } = metrics();
    expect([await value('nodes'), await value('nodes_done')]).toEqual([2, 0]);
    finish('fetch/cp1/a');
    expect(await value('nodes_done')).toBe(0);
    finish('fetch/cp1/b');
    expect(await value('nodes_done')).toBe(1);
    // A phase ends as well where the run stops in it; that the next one begins says that nothing was left.
    tell({ type: 'phase-finished', phase: 'fetch' });
    tell({ type: 'phase-started', phase: 'workers' });
    expect(await value('nodes_done')).toBe(1);
    finish('workers/w1/a');
    tell({ type: 'phase-finished', phase: 'workers' });
    tell({ type: 'run-finished', outcome: 'outside-window', durationMs: 1 });
    expect(await value('nodes_done')).toBe(1);
    tell({ type: 'run-finished', outcome: 'done', durationMs: 1 });
    expect(await value('nodes_done')).toBe(2);
  });

  it('a run has one state, and a duration once it has ended', async () => {
    const { all, tell, value } = metrics();
    tell(
      { type: 'run-started', run: 'r1', playbook: 'upgrade', parameters: {}, operator: 'a', host: 'b', nodeops: '1' },
      5000,
    );
    expect(await all.text()).toContain('nodeops_run_state{cluster="paris",state="running"} 1\n');
    expect([await value('started_timestamp_seconds'), await value('duration_seconds')]).toEqual([5, undefined]);
    tell({ type: 'run-finished', outcome: 'failed', durationMs: 2500 }, 7500);
    expect([await value('duration_seconds'), await value('last_success_timestamp_seconds')]).toEqual([2.5, undefined]);
    tell({ type: 'run-finished', outcome: 'done', durationMs: 2500 }, 8000);
    const text = await all.text();
    expect(text.match(/^nodeops_run_state\{.*\} 1$/gm)).toEqual(['nodeops_run_state{cluster="paris",state="done"} 1']);
    expect(await value('last_success_timestamp_seconds')).toBe(8);
    all.begin(plan);
    expect([await value('duration_seconds'), await value('last_success_timestamp_seconds')]).toEqual([undefined, 8]);
  });

  it('pods count once they are gone, not when they are asked to go', async () => {
    const { tell, value } = metrics();
    for (const line of [
      'evicting pod default/web-1',
      "error when evicting pods/web-1 -n default (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.",
      'evicting pod default/web-1',
      'pod/web-1 evicted',
      'pod/coredns-1 evicted',
      'node/w1 drained',
    ])
      tell(output(line));
    expect(await value('pods_evicted')).toBe(2);
  });

  it('the API’s absence is added up, and in the end as it was measured', async () => {
    const { tell, value } = metrics();
    tell({ type: 'probe-changed', probe: 'API', change: { kind: 'away', why: 'x' } });
    tell({ type: 'probe-changed', probe: 'API', change: { kind: 'back', awayMs: 1500 } });
    tell({ type: 'probe-changed', probe: 'shop', change: { kind: 'back', awayMs: 9000 } });
    tell({ type: 'probe-changed', probe: 'API', change: { kind: 'back', awayMs: 1000 } });
    expect(await value('api_downtime_seconds')).toBe(2.5);
    tell({ type: 'probes-ended', probes: [{ name: 'API', url: 'x', ...nothingAsked, awayMs: 2600 }] });
    expect(await value('api_downtime_seconds')).toBe(2.6);
  });

  it('are read by Prometheus: a type for each, and names that say their unit', async () => {
    const { all } = metrics();
    const types = (await all.text()).match(/^# TYPE .*$/gm) ?? [];
    expect(types).toHaveLength(8);
    expect(types.every((line) => / nodeops_run_[a-z_]+ gauge$/.test(line))).toBe(true);
  });
});
