import { describe, expect, it } from 'vitest';
import { replaceableEtcdMember } from '../../src/gates/replaceable-etcd-member.ts';
import { blocksOf, satisfied, warningsOf } from '../../src/model/verdict.ts';
import { newHere, onLost, replacement, stages } from '../steps/replacing-values.ts';
import { bound, health, member, status } from '../steps/values.ts';

const step = bound(replaceableEtcdMember, { replacement }, onLost);
const unit = { active: true, subState: 'running', needsReload: false, result: 'success' };
const lost = { ...stages.lost, unit };
const withData = { ...lost.there, hasMember: true };
const healthy = {
  ...lost,
  there: withData,
  health: [health(0), health(1), health(2)],
  status: [status(0), status(1), status(2)],
};
const blocks = (seen: object): readonly string[] => {
  const verdict = step.check({ ...lost, ...seen });
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : [verdict.kind];
};

describe('replaceable-etcd-member', () => {
  it.each(Object.entries(stages))('passes a replacement at the point: %s', (_stage, seen) =>
    expect(step.check({ ...seen, unit })).toEqual(satisfied),
  );

  it('refuses a member that is healthy and has its data', () =>
    expect(blocks(healthy)).toEqual([
      'etcd member paris-cp2 is healthy, and has its data: there is nothing to replace',
    ]));

  it.each([
    ['is healthy only because it has not noticed that its files are gone', { ...healthy, there: lost.there }],
    ['answers, but as another cluster', { ...healthy, status: [status(0), status(1, { clusterId: '1' }), status(2)] }],
    ['does not answer', { ...lost, there: withData }],
  ])('passes one that %s', (_what, seen) => expect(step.check(seen).kind).toBe('satisfied'));

  it('tells of data that are there, and what etcd said of them', () => {
    const there = { ...withData, said: 'failed to open database: invalid' };
    const verdict = step.check({ ...lost, there });
    expect(verdict.kind === 'satisfied' && warningsOf(verdict)).toMatchObject([
      {
        because:
          'paris-cp2 still has data of etcd, over which it ended: failed to open database: invalid; they are set aside, not deleted',
      },
    ]);
  });

  it('passes a learner that was left behind, and tells nothing of its data', () => {
    const seen = { ...stages.started, there: { ...stages.started.there, replacements: [] }, here: newHere, unit };
    expect(bound(replaceableEtcdMember, { replacement: '1-0' }, onLost).check(seen)).toEqual(satisfied);
  });

  it.each([
    ['another member is away', { health: [health(0), health(1, false), health(2, false)] }, /paris-cp3 is not healthy/],
    ['there are two', { members: [member(0), member(1)] }, /without paris-cp2 etcd has 1 of 2 voters/],
    ['its manifest is nowhere', { there: { ...lost.there, manifest: undefined } }, /etcd.yaml is not in/],
    ['its manifest names no address', { there: { ...lost.there, flags: {} } }, /gives no addresses for its peers/],
    [
      'its address is another one',
      { members: [member(0), member(1, { peerUrls: ['https://10.0.0.9:2380'] }), member(2)] },
      /etcd knows the member paris-cp2 at https:\/\/10.0.0.9:2380/,
    ],
    [
      'its log lies elsewhere',
      { there: { ...lost.there, flags: { ...lost.there.flags, 'wal-dir': '/wal' } } },
      /--wal-dir=\/wal/,
    ],
    ['a restore is under way', { there: { ...lost.there, restoring: true } }, /a restore was begun on paris-cp2/],
    [
      'its kubelet is away',
      { unit: { ...unit, active: false, subState: 'dead' } },
      /the kubelet of paris-cp2 does not run \(dead\)/,
    ],
    [
      'its disk is full',
      { there: { ...lost.there, availableBytes: 1024 ** 2 } },
      /has 1 MiB left; the new member needs 295 MiB/,
    ],
  ])('refuses where %s', (_what, seen, because) => expect(blocks(seen)).toEqual([expect.stringMatching(because)]));

  it('refuses while another one learns: etcd takes one learner at a time', () =>
    expect(blocks({ members: [member(0), member(1), member(2, { learner: true })] })).toEqual([
      'etcd member paris-cp3 is a learner',
      expect.stringContaining('without paris-cp2 etcd has 1 of 2 voters'),
    ]));
});
