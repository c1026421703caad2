import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hookStanding } from '../../src/facts/hook-standing.ts';
import { valueOf } from '../../src/facts/fact.ts';
import type { MaintenanceHook } from '../../src/model/maintenance-hook.ts';
import { withNodeHooks } from '../../src/playbook/hooks.ts';
import { observeCluster } from '../../src/run/observe.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import type { BoundLane } from '../../src/steps/bound.ts';
import { backupStage } from '../backup/stage.ts';
import { makeCluster, stage } from './scripted.ts';
import { onNode, work } from './work.ts';

/** Writes down what it is told, and ends as the file beside it says. */
const script = `read -r told
printf '%s\\n' "$told" >> told
case $(cat behave 2> /dev/null) in
  "$NODEOPS_WHEN $NODEOPS_NODE") echo refused; exit 3;;
esac
`;

const hook: MaintenanceHook = {
  name: 'balancer',
  of: 'node',
  before: ['./balancer'],
  after: ['./balancer'],
  on: 'operator',
  timeoutMs: 20_000,
  always: false,
};

interface Told {
  readonly when: string;
  readonly node: string;
  readonly run: string;
  readonly from?: string;
  readonly outcome?: string;
}

/** Two workers, each with one piece of work within a hook; what was done stays done from run to run. */
const ground = (change: Partial<MaintenanceHook> = {}) => {
  const backup = backupStage();
  const cluster = { ...makeCluster('cp1', 'w1', 'w2'), directory: backup.folder };
  const file = (name: string) => join(backup.folder, name);
  writeFileSync(file('balancer'), `#!/bin/sh\n${script}`);
  chmodSync(file('balancer'), 0o755);
  const done = new Set<string>();
  const play = async (run: string, options: { behave?: string; workFails?: string; stopAfter?: string } = {}) => {
    writeFileSync(file('behave'), options.behave ?? '');
    writeFileSync(file('told'), '');
    const here = stage(
      cluster,
      {
        facts: (node, key) => {
          if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\n' };
          return key === 'work' ? { stdout: done.has(node) ? 'done' : 'old' } : undefined;
        },
        commands: (node) => {
          if (options.workFails === node) return { exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' };
          done.add(node);
          return undefined;
        },
      },
      backup.artifacts,
    );
    const { storage } = backup.session;
    const session = { ...here.session, ...(storage === undefined ? {} : { storage }) };
    const hooking = {
      playbook: { name: 'mine', mode: 'rolling', hooks: [{ ...hook, ...change }] },
      cluster,
      run,
      to: '1.36.3',
    } as const;
    const lane = (node: string): BoundLane =>
      withNodeHooks(
        { node, items: [{ kind: 'step', address: `${node}/work`, step: work(node) }] },
        hooking,
        onNode(node),
        node,
      );
    const { stopAfter } = options;
    const result = await runPlan({
      ...here,
      session,
      run,
      phases: [{ name: 'workers', parallel: 1, lanes: [lane('w1'), lane('w2')] }],
      again: 'again',
      stopping: () => stopAfter !== undefined && here.log.some((line) => line.includes(stopAfter)),
    });
    const text = readFileSync(file('told'), 'utf8');
    const told: Told[] = text.split('\n').flatMap((line): Told[] => (line === '' ? [] : [JSON.parse(line)]));
    return {
      result,
      told,
      said: told.map(({ when, node, outcome = '' }) => `${when} ${node} ${outcome}`.trim()),
      events: here.events,
    };
  };
  const standingOf = async (node: string) => {
    const fact = hookStanding({ cluster: 'paris', node, hook: 'balancer' });
    const { observations } = await observeCluster({ ...backup.session, cluster }, [fact]);
    return valueOf(fact, observations.get(fact.key));
  };
  return { play, standingOf, done, cut: (run: string) => cutOff(backup, run) };
};

/** As a run leaves it that is killed while the before of w1 runs. */
const cutOff = async ({ artifacts }: ReturnType<typeof backupStage>, run: string): Promise<void> => {
  const writer = await artifacts.open('paris/hooks/nodes/w1/balancer/standing.json');
  writer.sink.write(JSON.stringify({ format: 1, when: 'before', run, trouble: '' }));
  await writer.commit();
};

describe('a run with hooks', () => {
  it('runs them around each node, and tells them what happens', async () => {
    const { play } = ground();
    const { result, said, told, events } = await play('r1');
    expect(result).toEqual({ outcome: 'done' });
    expect(said).toEqual(['before w1', 'after w1 done', 'before w2', 'after w2 done']);
    expect(told[1]).toMatchObject({ run: 'r1', playbook: 'mine', from: '1.35.4', to: '1.36.3', role: 'worker' });
    expect(events.filter(({ type }) => type === 'command-started').length).toBe(6);
    expect((await play('r2')).said).toEqual([]);
  });

  it('a before that fails keeps its node untouched, and is begun again by the next run', async () => {
    const { play, done, standingOf } = ground();
    const { result, said } = await play('r1', { behave: 'before w1' });
    expect(result.failure).toMatchObject({ node: 'w1', kind: 'failed', message: 'rc 3 on this machine: refused' });
    expect(said).toEqual(['before w1']);
    expect(done).toEqual(new Set());
    expect(await standingOf('w1')).toMatchObject({ when: 'before', ok: false, trouble: 'rc 3: refused' });
    expect((await play('r2')).said).toEqual(['before w1', 'after w1 done', 'before w2', 'after w2 done']);
  });

  it('an after that fails stops before the next node, and is all that is left to do there', async () => {
    const { play, done } = ground();
    const { result, said } = await play('r1', { behave: 'after w1' });
    expect(result.failure).toMatchObject({ node: 'w1', message: 'rc 3 on this machine: refused' });
    expect(said).toEqual(['before w1', 'after w1 done']);
    expect(done).toEqual(new Set(['w1']));
    expect((await play('r2')).said).toEqual(['after w1 done', 'before w2', 'after w2 done']);
  });

  it('a node that failed stays out until a run has brought it to its end', async () => {
    const { play } = ground();
    expect((await play('r1', { workFails: 'w1' })).said).toEqual(['before w1']);
    // Also where somebody else did the work in between.
    expect((await play('r2')).said).toEqual(['before w1', 'after w1 done', 'before w2', 'after w2 done']);
  });

  it('where the work was done in between, only the after is left', async () => {
    const { play, done } = ground();
    await play('r1', { workFails: 'w1' });
    done.add('w1');
    done.add('w2');
    expect((await play('r2')).said).toEqual(['after w1 done']);
  });

  it('always: also a node that failed is told to whom it concerns', async () => {
    const { play } = ground({ always: true });
    const { said, result } = await play('r1', { workFails: 'w1' });
    expect(said).toEqual(['before w1', 'after w1 failed']);
    expect(result.failure).toMatchObject({ address: 'w1/work' });
    expect((await play('r2', { behave: 'before w1' })).said).toEqual(['before w1', 'after w1 failed']);
  });

  it('a run that is stopped leaves the node out, or with always not', async () => {
    const stopAfter = 'sent w1';
    const kept = ground();
    const stopped = await kept.play('r1', { stopAfter });
    expect(stopped.result).toEqual({ outcome: 'interrupted' });
    expect(stopped.said).toEqual(['before w1']);
    expect((await kept.play('r2')).said).toEqual(['after w1 done', 'before w2', 'after w2 done']);
    const left = await ground({ always: true }).play('r1', { stopAfter });
    expect(left.said).toEqual(['before w1', 'after w1 stopped']);
    expect(left.result).toEqual({ outcome: 'interrupted' });
  });

  it('whose before was cut off runs it again, and says why', async () => {
    const { play, cut } = ground();
    await cut('r0');
    const { said, events } = await play('r1');
    expect(said.slice(0, 2)).toEqual(['before w1', 'after w1 done']);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'step-observed',
        verdict: { kind: 'needed', changes: ['run ./balancer (run r0 began it, and nobody saw it end)'] },
      }),
    );
  });
});
