import { describe, expect, it } from 'vitest';
import { window as windowGate } from '../../src/gates/window.ts';
import type { MaintenanceWindow } from '../../src/model/maintenance-window.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import { createSession } from '../../src/run/session.ts';
import type { BoundPhase, BoundStepItem } from '../../src/steps/bound.ts';
import { makeCluster, stage } from './scripted.ts';
import { onNode, work, workDone } from './work.ts';

const minute = 60_000;
/** 2026-11-21 09:59:30 UTC is when these tests begin: it closes half a minute and `minutes` later. */
const closingIn = (minutes: number): MaintenanceWindow => ({
  cron: '0 9 * * *',
  durationMs: (60 + minutes) * minute,
  timezone: 'UTC',
  blackouts: [],
  source: 'prod.yaml:12',
});

const gateOf = (window: MaintenanceWindow, ignoreWindow?: string): BoundPhase => ({
  name: 'cluster gates',
  parallel: 1,
  lanes: [
    {
      items: [
        {
          kind: 'step',
          address: 'gates/window',
          step: windowGate.bind(
            { window, ...(ignoreWindow === undefined ? {} : { ignoreWindow }) },
            { kind: 'cluster', cluster: 'paris' },
          ),
        },
      ],
    },
  ],
});
const item = (node: string, quiet: boolean): BoundStepItem => ({
  kind: 'step',
  address: `${node}/work`,
  step: { ...work(node, { what: `work on ${node}` }), quiet },
});
const workers = (parallel = 1, quiet = false): BoundPhase => ({
  name: 'workers',
  parallel,
  lanes: ['w1', 'w2', 'w3'].map((node) => ({ node, items: [item(node, quiet)] })),
});
const looking: BoundPhase = {
  name: 'once more',
  parallel: 1,
  lanes: ['w1', 'w2'].map((node) => ({
    node,
    items: [{ kind: 'step', address: `${node}/look`, step: workDone.bind({}, onNode(node)) }],
  })),
};

interface Play {
  /** Minutes from the begin; then the window closes. */
  readonly closes: number;
  /** What a step may take, in minutes. */
  readonly long: number;
  readonly phases: readonly BoundPhase[];
  readonly ignoring?: string;
  /** Nodes on which there is nothing to do. */
  readonly done?: readonly string[];
}

/** Each command takes three minutes, and fails where `failsOn` says so. */
const play = async ({ closes, long, phases, ignoring, done = [] }: Play, failsOn?: string) => {
  const window = closingIn(closes);
  const finished = new Set(done);
  const here = stage(
    { ...makeCluster('cp1', 'w1', 'w2', 'w3'), window },
    {
      facts: (node, key) => (key === 'work' ? { stdout: finished.has(node) ? 'done' : 'old' } : undefined),
      commands: async (node) => {
        here.clock.time += 3 * minute;
        if (node === failsOn) return { exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' };
        finished.add(node);
        return Promise.resolve(undefined);
      },
    },
  );
  const session = createSession({
    ...here.session,
    times: () => ({ typicalMs: 3 * minute, longMs: long * minute }),
  });
  const result = await runPlan({
    ...here,
    session,
    run: 'r1',
    phases: [gateOf(window, ignoring), ...phases],
    again: 'nodeops upgrade --cluster paris',
    resume: 'nodeops resume r1',
    stopping: () => false,
  });
  const sent = here.log.filter((line) => line.startsWith('sent')).map((line) => line.replace('sent ', ''));
  return { result, sent };
};
const on = (...nodes: readonly string[]) => nodes.map((node) => `${node}: do 'work on ${node}'`);

describe('a run that is held to a window', () => {
  it('begins no node that would not end in it, and says how to go on', async () => {
    const { result, sent } = await play({ closes: 8, long: 4, phases: [workers()] });
    expect(sent).toEqual(on('w1', 'w2'));
    expect(result).toEqual({
      outcome: 'outside-window',
      failure: {
        cluster: 'paris',
        node: 'w3',
        address: 'workers/w3',
        step: 'window',
        kind: 'outside-window',
        message:
          'the window "0 9 * * *" for 1h8m (UTC) of prod.yaml:12 is open until Sat 2026-11-21 10:08, and w3 may take 4m: not begun',
        state: [
          'not begun: w3',
          'no control plane answers: the API server may be down',
          'cp1: its answer did not come back whole (rc 0)',
        ],
        next: [
          'it opens next on Sun 2026-11-22 09:00',
          'then go on with: nodeops resume r1',
          'from another machine: nodeops upgrade --cluster paris',
        ],
      },
    });
  });

  it('lets a node in hand finish after it has closed', async () => {
    const { result, sent } = await play({ closes: 2, long: 2, phases: [workers()] });
    expect(sent).toEqual(on('w1'));
    expect(result.failure?.message).toBe(
      'the window "0 9 * * *" for 1h2m (UTC) of prod.yaml:12 is closed (it is Sat 2026-11-21 10:02 there): not begun',
    );
  });

  it('begins nothing at all where there is no time for the first', async () => {
    const { result, sent } = await play({ closes: 3, long: 5, phases: [workers()] });
    expect(sent).toEqual([]);
    expect(result.failure).toMatchObject({
      kind: 'outside-window',
      state: expect.arrayContaining(['nothing was changed', 'not begun: w1']),
    });
  });

  it('passes over what has nothing to do, whatever the clock says', async () => {
    const { result, sent } = await play({ closes: 6, long: 4, phases: [workers()], done: ['w2', 'w3'] });
    expect(sent).toEqual(on('w1'));
    expect(result).toEqual({ outcome: 'done' });
  });

  it('looks on, fetches and tidies up after it has closed', async () => {
    const { result, sent } = await play({ closes: 3, long: 3, phases: [workers(1, true), looking] });
    expect(sent).toEqual(on('w1', 'w2', 'w3'));
    expect(result).toEqual({ outcome: 'done' });
  });

  it('begins nodes side by side, as many as there is time for', async () => {
    const { result, sent } = await play({ closes: 8, long: 4, phases: [workers(2)] });
    expect(sent).toEqual(on('w1', 'w2'));
    expect(result.outcome).toBe('outside-window');
  });

  it('says that a node failed before it says that there was no time for another', async () => {
    const { result } = await play({ closes: 5, long: 4, phases: [workers(2)] }, 'w1');
    expect(result).toMatchObject({ outcome: 'failed', halfDone: true, failure: { node: 'w1', kind: 'failed' } });
  });

  it('goes on beyond it where the window is ignored', async () => {
    const { result, sent } = await play({ closes: 3, long: 5, phases: [workers()], ignoring: 'CHG-4711' });
    expect(sent).toEqual(on('w1', 'w2', 'w3'));
    expect(result).toEqual({ outcome: 'done' });
  });

  it('is not held to it where its playbook does not ask for it', async () => {
    const window = closingIn(0);
    const here = stage(
      { ...makeCluster('cp1', 'w1'), window },
      { facts: (_node, key) => (key === 'work' ? { stdout: here.transport.writes > 0 ? 'done' : 'old' } : undefined) },
    );
    here.clock.time += 10 * minute;
    const one = { ...workers(), lanes: workers().lanes.slice(0, 1) };
    const around = { run: 'r1', again: '', stopping: () => false };
    expect(await runPlan({ ...here, ...around, phases: [one] })).toEqual({ outcome: 'done' });
  });
});
