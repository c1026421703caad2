import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { runPracticePart } from '../../src/steps/run-practice-part.ts';
import { api, bound, onControlPlane, onWorker } from './values.ts';

const wish = {
  name: 'part 1 of 2 of the task',
  check: 'test -e /broken',
  command: 'touch /broken',
  timeoutMs: 90_000,
  parameters: { worker: 'paris-w1', controlPlane: 'paris-cp1' },
};
const step = bound(runPracticePart, wish, onWorker());
const missed = { checked: { kind: 'not-passed', code: 1, said: 'not yet broken by /broken' } };

describe('run-practice-part', () => {
  it('says that it is needed, and neither in words nor in a plan what it does', () => {
    expect(step.check({ checked: { kind: 'passed' } })).toEqual(satisfied);
    expect(step.check(missed)).toMatchObject({ kind: 'needed' });
    expect(JSON.stringify([step.title, step.with, step.check(missed)])).not.toContain('/broken');
  });

  it('stops where its check could not be run: that is no "no"', () =>
    expect(step.check({ checked: { kind: 'not-run', code: 127, said: 'sh: 1: apt-mark: not found' } })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('rc 127: sh: 1: apt-mark: not found'),
    }));

  it('runs in a unit that outlives the connection, with the names of who takes part', () => {
    expect(step.apply(missed, api)).toMatchObject([
      {
        do: 'exec',
        on: 'paris-w1',
        command: {
          argv: ['timeout', '--kill-after=30', '90', 'sh', '-ec', 'touch /broken'],
          effect: 'write',
          lifetime: 'detached',
          env: { NODEOPS_PARAMETER_WORKER: 'paris-w1', NODEOPS_PARAMETER_CONTROL_PLANE: 'paris-cp1' },
        },
      },
    ]);
    const there = bound(runPracticePart, wish, onControlPlane());
    expect(there.apply(missed, api)).toMatchObject([
      { command: { env: { KUBECONFIG: '/etc/kubernetes/admin.conf' } } },
    ]);
  });
});
