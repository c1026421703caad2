import { describe, expect, it } from 'vitest';
import { decideReplacement, type MemberSight } from '../../src/cli/replacement-sight.ts';
import type { ReplacementMark } from '../../src/facts/etcd-on-node.ts';
import { replacementNameText } from '../../src/steps/etcd-replacing.ts';
import { lostThere, replacement, stages } from '../steps/replacing-values.ts';
import { etcdHereAt } from '../steps/restore-values.ts';
import { member } from '../steps/values.ts';

const decided = (sight: MemberSight): string => replacementNameText(decideReplacement(sight));
const marked = (name: string, ...marks: ReplacementMark[]) => ({ name, marks });
const unmarked = (sight: MemberSight): MemberSight => ({ ...sight, there: { ...sight.there, replacements: [] } });

describe('which replacement is meant', () => {
  it.each(Object.entries(stages).filter(([stage]) => stage !== 'lost'))(
    'what was begun goes on at the point: %s',
    (_stage, sight) => expect(decided(sight)).toBe(replacement),
  );

  it.each<[string, MemberSight, string]>([
    ['the member that etcd has at the node’s address', stages.lost, '1-3e9'],
    [
      'the next after those that were ended',
      {
        ...stages.lost,
        there: { ...lostThere, replacements: [marked('1-abc', 'begun', 'done'), marked('3-def', 'done')] },
      },
      '4-3e9',
    ],
    ['none, where somebody has taken it out already', unmarked(stages.removed), '1-0'],
    ['none, where a learner was added and never started', unmarked(stages.added), '1-0'],
    ['none, where a learner runs', unmarked(stages.started), '1-0'],
    [
      'a learner that was started and does not answer any more',
      { ...unmarked(stages.started), here: { why: 'gone' } },
      '1-7d0',
    ],
    [
      'a learner whose etcd is another cluster’s',
      { ...unmarked(stages.started), here: { here: etcdHereAt({ memberId: '2000', clusterId: '1', learner: true }) } },
      '1-7d0',
    ],
    ['a voter, also one that answers: the gate has the word', { ...unmarked(stages.promoted) }, '1-7d0'],
    [
      'of two that were begun the later',
      { ...stages.lost, there: { ...lostThere, replacements: [marked('1-3e9', 'begun'), marked('2-3ea', 'begun')] } },
      '2-3ea',
    ],
  ])('otherwise it is of %s', (_what, sight, name) => expect(decided(sight)).toBe(name));

  it('is no member at another address', () =>
    expect(decided({ ...stages.lost, members: [member(0), member(2)] })).toBe('1-0'));
});
