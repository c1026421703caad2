import { describe, expect, it } from 'vitest';
import { fault, Stage, we } from './stage.ts';

const moved = (stage: Stage, from: string, to: string, how: 'elected' | 'handed-over', actor = we): void =>
  stage.emit({ type: 'leader-moved', from, to, how, actor });
const needless = ['cp1: its etcd was ended while it led, and cp2, cp3 could have'];

describe('leaders of etcd that were ended for nothing', () => {
  it('one that led before the step began', () => {
    const stage = new Stage();
    stage.step('cp1');
    moved(stage, 'cp1', 'cp2', 'elected');
    expect(stage.oracle.leaders.lacks).toEqual(needless);
  });

  it('not one that handed over, and is counted', () => {
    const stage = new Stage();
    moved(stage, 'cp1', 'cp3', 'handed-over');
    stage.step('cp3');
    expect(stage.oracle.leaders).toMatchObject({ lacks: [], handedOver: 1 });
  });

  it('not one that was elected meanwhile', () => {
    const stage = new Stage();
    stage.step('cp1');
    moved(stage, 'cp2', 'cp1', 'elected', fault);
    moved(stage, 'cp1', 'cp3', 'elected');
    expect(stage.oracle.leaders.lacks).toEqual([]);
  });

  it('not where nobody else could lead', () => {
    const stage = new Stage({
      before: (made) => ['cp2', 'cp3'].forEach((host) => (made.member(host).alarm = 'CORRUPT')),
    });
    stage.step('cp1');
    moved(stage, 'cp1', 'cp2', 'elected');
    expect(stage.oracle.leaders.lacks).toEqual([]);
  });
});
