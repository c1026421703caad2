import { describe, expect, it } from 'vitest';
import { beginReplacement } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { stopEtcdMember } from '../../src/steps/stop-etcd-member.ts';
import { onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound, health, member } from './values.ts';

const step = bound(stopEtcdMember, { replacement }, onLost);

describe('stop-etcd-member', () => {
  it('ends the lost one and waits for its process; what was put in its place it leaves alone', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'needed',
      ending: 'pending',
      stopped: 'satisfied',
      removed: 'satisfied',
      aside: 'satisfied',
      added: 'satisfied',
      starting: 'satisfied',
      started: 'satisfied',
      promoted: 'satisfied',
    });
    expect(step.typed(stages.lost)).toEqual([`paris-cp2: ${quote(beginReplacement(replacement).argv)}`]);
    expect(step.check(stages.ending)).toMatchObject({ waitingFor: 'etcd (process 4711) on paris-cp2 to end' });
  });

  it.each([
    [
      'another member is away too',
      { ...stages.lost, health: [health(0), health(1, false), health(2, false)] },
      /paris-cp3 is not healthy/,
    ],
    [
      'there are two members: the other could not even take it out of the list',
      { ...stages.lost, members: [member(0), member(1)] },
      /without paris-cp2 etcd has 1 of 2 voters, and 2 are needed/,
    ],
    [
      'another one learns',
      { ...stages.lost, members: [member(0), member(1), member(2, { learner: true })] },
      /paris-cp3 is a learner/,
    ],
  ])('stops nothing where %s', (_what, seen, because) => {
    expect(step.check(seen)).toMatchObject({ kind: 'blocked', because: expect.stringMatching(because) });
  });

  it('stops no learner that runs already', () => {
    const seen = { ...stages.started, there: { ...stages.started.there, replacements: [] } };
    expect(bound(stopEtcdMember, { replacement: '1-0' }, onLost).check(seen).kind).toBe('satisfied');
  });
});
