import { describe, expect, it } from 'vitest';
import { practiceNeed } from '../../src/gates/practice-need.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { api, bound, onWorker } from '../steps/values.ts';

const step = bound(
  practiceNeed,
  { name: 'it has two nodes', check: 'test 1 = 2', parameters: { worker: 'w1' } },
  onWorker(),
);

describe('practice-need', () => {
  it('asks without changing anything, and shows no plan how', () => {
    const { checked } = step.facts;
    if (checked?.source.kind !== 'command') throw new Error('it is asked by a command');
    expect(checked.source.command(api)).toMatchObject({
      argv: ['sh', '-ec', 'test 1 = 2'],
      effect: 'read',
      env: { NODEOPS_PARAMETER_WORKER: 'w1' },
    });
    expect(Object.keys(step.with)).not.toContain('check');
  });

  it('stands in the way with what the node said', () => {
    expect(step.check({ checked: { kind: 'passed' } })).toEqual(satisfied);
    expect(step.check({ checked: { kind: 'not-passed', code: 1, said: 'it has one' } })).toMatchObject({
      kind: 'blocked',
      because: 'the task needs that it has two nodes, and paris-w1 says: it has one',
    });
    expect(step.check({ checked: { kind: 'not-run', code: 127, said: '' } })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('rc 127'),
    });
  });
});
