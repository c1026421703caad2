import { describe, expect, it } from 'vitest';
import { person, Stage, type StageOptions } from './stage.ts';

const minute = 60_000;
/** Open for ten minutes of every hour, from just before the stage begins. */
const held = (mustFit = false): StageOptions => ({
  wish: { window: { opensAt: 1_000_000 - minute, everyMs: 60 * minute, durationMs: 10 * minute, mustFit } },
});
const begin = (stage: Stage, step: string): void =>
  stage.journal({ type: 'step-started', address: `workers/w1/${step}`, node: 'w1' });
const end = (stage: Stage, step: string): void =>
  stage.journal({ type: 'step-finished', address: `workers/w1/${step}` });

describe('nodes that were begun outside of the window', () => {
  it('one that was begun after it had closed', () => {
    const stage = new Stage(held());
    stage.pass(12 * minute);
    begin(stage, 'install-packages');
    stage.install('w1', 'kubeadm', '1.36.3');
    stage.cordon('w1');
    expect(stage.oracle.window.lacks).toEqual(['w1 was begun (workers/w1) 3 min after the window had closed']);
    expect(stage.oracle.window.touched).toBe(1);
  });

  it('not one that was in hand when it closed', () => {
    const stage = new Stage(held());
    begin(stage, 'install-packages');
    stage.pass(12 * minute);
    begin(stage, 'drain-node');
    stage.cordon('w1');
    end(stage, 'drain-node');
    expect(stage.oracle.window).toMatchObject({ lacks: [], touched: 1 });
  });

  it('not one that was begun when it was open again', () => {
    const stage = new Stage(held());
    stage.pass(61 * minute);
    begin(stage, 'drain-node');
    stage.cordon('w1');
    expect(stage.oracle.window).toMatchObject({ lacks: [], touched: 1 });
  });

  it('not one that somebody else touched, nor one that was only looked at', () => {
    const stage = new Stage(held());
    stage.pass(12 * minute);
    begin(stage, 'verify-node');
    stage.cordon('w1', person);
    expect(stage.oracle.window).toMatchObject({ lacks: [], touched: 0 });
  });

  it('nothing where there is no window', () => {
    const stage = new Stage();
    begin(stage, 'drain-node');
    stage.cordon('w1');
    expect(stage.oracle.window).toMatchObject({ lacks: [], touched: 0 });
  });
});

describe('nodes that were begun too late, where nothing goes wrong', () => {
  const late = 'w1 was begun (workers/w1) too late to end before the window closed';
  it.each([
    ['ends outside', 11, [late]],
    ['ends inside', 5, []],
  ])('%s', (_what, minutes, lacks) => {
    const stage = new Stage(held(true));
    begin(stage, 'drain-node');
    stage.cordon('w1');
    stage.pass(minutes * minute);
    end(stage, 'drain-node');
    begin(stage, 'verify-node');
    end(stage, 'verify-node');
    expect(stage.oracle.window.lacks).toEqual(lacks);
  });
});
