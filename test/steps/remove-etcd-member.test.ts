import { describe, expect, it } from 'vitest';
import { removeMember } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { removeEtcdMember } from '../../src/steps/remove-etcd-member.ts';
import { lostId, onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound, health } from './values.ts';

const step = bound(removeEtcdMember, { replacement }, onLost);

describe('remove-etcd-member', () => {
  it('takes out the one with that ID, once it was stopped, and none that came after it', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'pending',
      ending: 'pending',
      stopped: 'needed',
      removed: 'satisfied',
      aside: 'satisfied',
      added: 'satisfied',
      starting: 'satisfied',
      started: 'satisfied',
      promoted: 'satisfied',
    });
    // Through the control plane that was asked, never the one whose etcd is lost.
    expect(step.typed(stages.stopped)).toEqual([`paris-cp1: ${quote(removeMember(lostId).argv)}`]);
  });

  it('removes nothing while another one is away: that would cost quorum', () =>
    expect(step.check({ ...stages.stopped, health: [health(0), health(2, false)] })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('paris-cp3 is not healthy'),
    }));

  it('removes nothing where none has to go', () =>
    expect(bound(removeEtcdMember, { replacement: '1-0' }, onLost).check(stages.stopped)).toEqual(satisfied));
});
