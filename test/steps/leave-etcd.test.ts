import { describe, expect, it } from 'vitest';
import { hexId } from '../../src/facts/through-etcd.ts';
import { removeMember } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { blocksOf, satisfied, type Verdict } from '../../src/model/verdict.ts';
import { leaveEtcd } from '../../src/steps/leave-etcd.ts';
import { bound, health, member, onCluster, status } from './values.ts';

const step = bound(leaveEtcd, { node: 'paris-cp2' }, onCluster);
const three = {
  members: [member(0), member(1), member(2)],
  health: [health(0), health(1), health(2)],
  status: [status(0), status(1), status(2)],
  alarms: [],
};
const told = (verdict: Verdict) =>
  verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : verdict.kind;

describe('leave-etcd', () => {
  it('takes out the member with the name of the node', () => {
    const id = hexId(member(1).id);
    expect(step.check(three)).toEqual({ kind: 'needed', changes: [`member remove ${id}`] });
    expect(step.typed(three)).toEqual([`paris-cp1: ${quote(removeMember(id).argv)}`]);
    expect(step.verdictAfter(three)).toEqual(satisfied);
  });

  it('has nothing to do for a node that has none', () =>
    expect(bound(leaveEtcd, { node: 'paris-w1' }, onCluster).check(three)).toEqual(satisfied));

  it('takes one out whose machine is gone', () =>
    expect(step.check({ ...three, health: [health(0), health(1, false), health(2)] })).toMatchObject({
      kind: 'needed',
    }));

  it('leaves the list alone while another one is ill', () =>
    expect(told(step.check({ ...three, health: [health(0), health(1), health(2, false)] }))).toEqual([
      expect.stringContaining('paris-cp3 is not healthy'),
    ]));

  it('does not begin what etcd could not agree on', () =>
    expect(
      told(
        step.check({
          ...three,
          members: [member(0), member(1)],
          health: [health(0), health(1, false)],
          status: [status(0), status(1)],
        }),
      ),
    ).toEqual(['1 of 2 voters of etcd are well, and 2 are needed: it could not even take one out of its list']));
});
