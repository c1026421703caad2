import { describe, expect, it } from 'vitest';
import { PlainLines } from '../../src/adapters/plain/plain-lines.ts';
import { driftMessage, type StepDrift } from '../../src/model/drift.ts';
import type { Event, Failure } from '../../src/model/event.ts';
import { driftText } from '../../src/report/drift-text.ts';
import { failureText } from '../../src/report/failure-text.ts';
import { runSummary } from '../../src/report/run-summary.ts';

const change = (index: number) => ({ fact: 'node w1 packages', path: `p${index}`, before: 'a', after: 'b' });
const drift: StepDrift = {
  kind: 'changed',
  address: 'workers/w1/disk-space',
  step: 'disk-space',
  node: 'w1',
  before: 'nothing to do',
  after: 'blocked: no room',
  covered: false,
  fix: 'make room',
  facts: [1, 2, 3, 4, 5, 6, 7, 8].map(change),
};
const failure: Failure = {
  cluster: 'paris',
  node: 'w1',
  address: drift.address,
  step: drift.step,
  kind: 'drift',
  message: driftMessage({ ...drift, facts: [change(1)] }),
  state: ['w1: Ready'],
  next: ['undo it'],
};

describe('drift', () => {
  it('as a table: what was planned, what is now, the likeliest facts, and the fix', () => {
    const other: StepDrift = { ...drift, kind: 'gone', facts: [], after: 'not in the plan any more' };
    const { fix: _fix, ...gone } = other;
    expect(driftText([drift, gone])).toBe(
      [
        '  ~ workers/w1/disk-space',
        '      planned: nothing to do',
        '      now:     blocked: no room',
        ...[1, 2, 3, 4, 5, 6].map((index) => `      node w1 packages p${index}: a → b`),
        '      and 2 more',
        '      fix: make room',
        '  - workers/w1/disk-space',
        '      planned: nothing to do',
        '      now:     not in the plan any more',
        '',
      ].join('\n'),
    );
  });

  it('keeps the lines of a file within their row', () => {
    const edited: StepDrift = {
      ...drift,
      after: 'blocked: edited by hand:\n--- as kubeadm writes it\n+++ on this node',
      facts: [{ fact: 'node w1 kubelet-flags', path: 'f', before: 'ARGS=""\n', after: 'ARGS="--x"\nB=1\n' }],
    };
    expect(driftText([edited])).toBe(
      [
        '  ~ workers/w1/disk-space',
        '      planned: nothing to do',
        '      now:     blocked: edited by hand:',
        '        --- as kubeadm writes it',
        '        +++ on this node',
        '      node w1 kubelet-flags f: ARGS="" ⏎ → ARGS="--x" ⏎ B=1 ⏎',
        '      fix: make room',
        '',
      ].join('\n'),
    );
  });

  it('as a failure', () => {
    expect(failureText(failure)).toBe(
      [
        '✗ DRIFT paris, node w1: disk-space',
        '  step     workers/w1/disk-space',
        '  why      not as planned (nothing to do): blocked: no room',
        '           node w1 packages p1: a → b',
        '',
        'How things stand',
        '  w1: Ready',
        '',
        'What to do next',
        '  undo it',
        '',
      ].join('\n'),
    );
  });

  it('in plain lines and in the summary', () => {
    const at = 1_795_255_170_000;
    const failed: Event = { at, cluster: 'paris', type: 'step-failed', address: drift.address, durationMs: 5, failure };
    const ended: Event = { at, cluster: 'paris', type: 'run-finished', outcome: 'drift', durationMs: 9, failure };
    const lines = new PlainLines((ms) => `${ms} ms`).linesOf(failed).map((line) => line.replace(/^\S+ /, ''));
    expect(lines).toEqual([
      'paris  workers/w1/disk-space: DRIFT after 5 ms: not as planned (nothing to do): blocked: no room',
      'paris      node w1 packages p1: a → b',
    ]);
    expect(runSummary([failed, ended], '/journal')).toMatch(/^✗ paris: drift in /);
  });
});
