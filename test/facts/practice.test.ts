import { describe, expect, it } from 'vitest';
import { practiceGround } from '../../src/facts/practice-ground.ts';
import { practiceTask } from '../../src/facts/practice-task.ts';
import type { Fact } from '../../src/facts/fact.ts';

const parse = (fact: Fact<unknown>, stdout: string, code = 0) => {
  if (fact.source.kind !== 'command') throw new Error('it is asked by a command');
  return fact.source.parse({ stdout, stderr: code === 0 ? '' : 'sh: 1: boom', code });
};

describe('practice-ground', () => {
  it.each([
    ['a node without a mark', 'none\n', { absent: true }],
    ['one with it', 'cluster=exam\nauthority=AB:CD\n', { value: { cluster: 'exam', authority: 'AB:CD' } }],
    ['a mark of which half is gone', 'cluster=exam\n', { unreadable: 'cluster=exam\n' }],
  ])('%s', (_what, stdout, parsed) => expect(parse(practiceGround, stdout)).toEqual(parsed));

  it('is not taken for absent where it could not be read', () =>
    expect(parse(practiceGround, '', 1)).toEqual({ unreadable: 'sh: 1: boom' }));
});

const state = 'task=kubelet-stopped\nstage=begun\nworker=exam-w1\nsince=1795400000\n';

describe('practice-task', () => {
  it.each([
    ['no task', 'none\n', { absent: true }],
    [
      'one without a hint',
      `${state}now=1795400090\n`,
      { value: { task: 'kubelet-stopped', stage: 'begun', worker: 'exam-w1', secondsAgo: 90, hints: 0 } },
    ],
    [
      'one with two, whose set-up was not ended, where there is no worker',
      'task=etcd-restore\nstage=set-up\nworker=\nsince=1795400000\nhints=2\nnow=1795400000\n',
      { value: { task: 'etcd-restore', stage: 'set-up', worker: '', secondsAgo: 0, hints: 2 } },
    ],
    [
      'a clock that was put back',
      `${state}now=1795399000\n`,
      { value: { task: 'kubelet-stopped', stage: 'begun', worker: 'exam-w1', secondsAgo: 0, hints: 0 } },
    ],
    ['an unknown stage', state.replace('begun', 'over'), { unreadable: state.replace('begun', 'over') }],
    ['without a time', state, { unreadable: state }],
  ])('%s', (_what, stdout, parsed) => expect(parse(practiceTask, stdout)).toEqual(parsed));
});
