import { describe, expect, it } from 'vitest';
import { moveLeader } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { moveEtcdLeader } from '../../src/steps/move-etcd-leader.ts';
import { bound, health, member, nodeObject, onControlPlane, status, target } from './values.ts';

const controlPlaneNames = ['paris-cp1', 'paris-cp2', 'paris-cp3'];
const wish = { version: target, controlPlaneNames };
const first = bound(moveEtcdLeader, wish, onControlPlane('paris-cp1'));
const second = bound(moveEtcdLeader, wish, onControlPlane('paris-cp2'));

const ledBy = (leader: number, ...done: readonly string[]) => ({
  members: [0, 1, 2].map((index) => member(index)),
  health: [0, 1, 2].map((index) => health(index)),
  status: [0, 1, 2].map((index) => status(index, { leader: index === leader })),
  alarms: [],
  nodes: controlPlaneNames.map((name) => nodeObject(name, done.includes(name) ? { kubeletVersion: target } : {})),
});
const only = (count: number, seen = ledBy(0)) => ({
  ...seen,
  members: seen.members.slice(0, count),
  health: seen.health.slice(0, count),
  status: seen.status.slice(0, count),
});
const moves = (to: string, from = 'paris-cp1') => needed(`etcd's leadership goes from ${from} to ${to}`);

const troubled = (text: string) =>
  pending(`the other etcd members: ${text}`, 'see what is wrong with them: nodeops etcd status');

describe('move-etcd-leader', () => {
  it.each([
    ['nobody is done: to the one whose turn comes last', ledBy(0), moves('paris-cp3')],
    ['to one that is done', ledBy(0, 'paris-cp2'), moves('paris-cp2')],
    ['another one leads', ledBy(2), satisfied],
    ['nobody leads just now', ledBy(7), satisfied],
    ['the only member', only(1), satisfied],
    ['one of two', only(2), moves('paris-cp2')],
    ['nobody else votes', { ...only(2), members: [member(0), member(1, { learner: true })] }, satisfied],
    [
      'another one is away, whoever leads',
      { ...ledBy(1), health: [health(0), health(1), health(2, false)] },
      troubled('etcd member paris-cp3 is not healthy: context deadline exceeded'),
    ],
    ['the one itself may be', { ...ledBy(1), health: [health(0, false), health(1), health(2)] }, satisfied],
    [
      'one lags behind',
      { ...ledBy(0), status: [status(0), status(1), status(2, { raftAppliedIndex: 60_000 })] },
      troubled('etcd member paris-cp3 lags behind by 30000 entries'),
    ],
    ['etcd has no member on this control plane', { ...ledBy(0), members: [member(1), member(2)] }, satisfied],
  ])('%s', (_what, seen, verdict) => expect(first.check(seen)).toEqual(verdict));

  it('goes back to what is done, as the way goes on', () => {
    expect(second.check(ledBy(1, 'paris-cp1'))).toEqual(moves('paris-cp1', 'paris-cp2'));
  });

  it('is asked of the leader itself, with the ID in hexadecimal', () => {
    expect(first.typed(ledBy(0))).toEqual([`paris-cp1: ${quote(moveLeader('3ea').argv)}`]);
    expect(moveLeader('3ea')).toMatchObject({ effect: 'write', lifetime: 'attached' });
  });

  it('no saved plan is held to who leads', () => expect(first.unheld).toBe(true));
});
