import { describe, expect, it } from 'vitest';
import { promoteMember } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { promoteEtcdMember } from '../../src/steps/promote-etcd-member.ts';
import { onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound } from './values.ts';

const step = bound(promoteEtcdMember, { replacement }, onLost);

describe('promote-etcd-member', () => {
  it('promotes a learner that answers, and nothing else', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'pending',
      ending: 'pending',
      stopped: 'pending',
      removed: 'pending',
      aside: 'pending',
      added: 'pending',
      starting: 'pending',
      started: 'needed',
      promoted: 'satisfied',
    });
    expect(step.typed(stages.started)).toEqual([`paris-cp1: ${quote(promoteMember('7d0').argv)}`]);
  });

  it('takes one that was left behind as well as one of its own', () =>
    expect(bound(promoteEtcdMember, { replacement: '1-0' }, onLost).check(stages.started).kind).toBe('needed'));
});
