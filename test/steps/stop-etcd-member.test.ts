import { describe, expect, it } from 'vitest';
import { beginReplacement } from '../../src/commands/etcd-replacement.ts';
import { moveLeader } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import { hexId } from '../../src/facts/through-etcd.ts';
import { needed } from '../../src/model/verdict.ts';
import { stopEtcdMember } from '../../src/steps/stop-etcd-member.ts';
import { onLost, replacement, stages } from './replacing-values.ts';
import { untouched } from './restore-values.ts';
import { bound, health, member, status } from './values.ts';

const step = bound(stopEtcdMember, { replacement }, onLost);
const away = { ...untouched.manifests, 'kube-apiserver': 'away' as const, etcd: 'away' as const };
const { 'kube-apiserver': _server, etcd: _etcd, ...others } = untouched.processes;
/** kubeadm's static pods at that point. */
const restoresAt = (stage: string) =>
  stage === 'lost'
    ? untouched
    : {
        ...untouched,
        manifests: away,
        processes: stage === 'ending' ? { ...others, etcd: [4711], 'kube-apiserver': [12] } : others,
      };
const at = (seen: object, stage = 'lost') => ({ ...seen, restores: restoresAt(stage) });

const leads = (...leaders: readonly boolean[]) => ({
  ...stages.lost,
  status: leaders.map((leader, index) => status(index, { leader })),
});

describe('stop-etcd-member', () => {
  it('ends the lost one and waits for its process; what was put in its place it leaves alone', () => {
    const words = Object.entries(stages).map(([stage, seen]) => [stage, step.check(at(seen, stage)).kind]);
    expect(Object.fromEntries(words)).toEqual({
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
    expect(step.check(at(stages.lost))).toEqual(needed('take away kube-apiserver.yaml, etcd.yaml'));
    expect(step.typed(at(stages.lost))).toEqual([`paris-cp2: ${quote(beginReplacement(replacement).argv)}`]);
    expect(step.check(at(stages.ending, 'ending'))).toMatchObject({
      waitingFor: 'kube-apiserver (process 12), etcd (process 4711) on paris-cp2 to end',
    });
  });

  it('hands leadership over first where the lost one still leads, and not where it leads a cluster of its own', () => {
    const begun = `paris-cp2: ${quote(beginReplacement(replacement).argv)}`;
    expect(step.typed(at(leads(false, true, false)))).toEqual([
      `paris-cp2: ${quote(moveLeader(hexId(member(0).id)).argv)}`,
      begun,
    ]);
    expect(step.typed(at(leads(true, false, false)))).toEqual([begun]);
    expect(step.typed(at(leads(true, true, false)))).toEqual([begun]);
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
    expect(step.check(at(seen))).toMatchObject({ kind: 'blocked', because: expect.stringMatching(because) });
  });

  it('stops no learner that runs already', () => {
    const seen = { ...stages.started, there: { ...stages.started.there, replacements: [] } };
    expect(bound(stopEtcdMember, { replacement: '1-0' }, onLost).check(at(seen)).kind).toBe('satisfied');
  });
});
