import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { verifyEtcd } from '../../src/steps/verify-etcd.ts';
import { fullEtcd, wellEtcd } from './etcd-steps.ts';
import { bound, health, member, onCluster, status } from './values.ts';

const step = bound(verifyEtcd, {}, onCluster);
const despite = bound(verifyEtcd, { despiteAlarms: true }, onCluster);
const waits = (text: string) => pending(text, 'look closer: nodeops etcd status; nothing more was begun');
const away = { ...wellEtcd, health: [health(0), health(1), health(2, false)] };
const ofAway = waits('etcd member paris-cp3 is not healthy: context deadline exceeded');

describe('verify-etcd', () => {
  it.each([
    ['all well', wellEtcd, satisfied, satisfied],
    ['one away', away, ofAway, ofAway],
    [
      'a learner',
      { ...wellEtcd, members: [member(0), member(1, { learner: true }), member(2)] },
      waits('etcd member paris-cp2 is a learner'),
      waits('etcd member paris-cp2 is a learner'),
    ],
    [
      'one that lags',
      { ...wellEtcd, status: [status(0), status(1, { raftAppliedIndex: 1 }), status(2)] },
      waits('etcd member paris-cp2 lags behind by 89999 entries'),
      waits('etcd member paris-cp2 lags behind by 89999 entries'),
    ],
    [
      'no space: let pass where that is what is mended',
      fullEtcd,
      waits([1, 2, 3].map((cp) => `etcd member paris-cp${cp} is not healthy: Active Alarm(s): NOSPACE `).join('; ')),
      satisfied,
    ],
  ])('%s', (_what, seen, verdict, verdictDespite) => {
    expect(step.check(seen)).toEqual(verdict);
    expect(despite.check(seen)).toEqual(verdictDespite);
  });

  it('lets one pass that has no vote yet, where that is on its way in; started or not', () => {
    const joining = bound(verifyEtcd, { despiteLearners: true }, onCluster);
    for (const started of [true, false])
      expect(
        joining.check({ ...wellEtcd, members: [member(0), member(1, { learner: true, started }), member(2)] }),
      ).toEqual(satisfied);
    expect(
      joining.check({ ...wellEtcd, members: [member(0), member(1, { started: false }), member(2)] }),
    ).toMatchObject({
      kind: 'pending',
    });
    expect(joining.check(away)).toEqual(ofAway);
  });

  it('asks nothing of an API server', () => {
    expect(Object.values(step.facts).map(({ through }) => through)).toEqual(['etcd', 'etcd', 'etcd', 'etcd']);
  });
});
