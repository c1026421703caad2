import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { verifyEtcdMember } from '../../src/steps/verify-etcd-member.ts';
import { onLost, replacement, stages } from './replacing-values.ts';
import { bound, health, member, nodeObject, status } from './values.ts';

const controlPlaneNames = ['paris-cp1', 'paris-cp2', 'paris-cp3'];
const step = bound(verifyEtcdMember, { replacement, controlPlaneNames }, onLost);
const unit = runningKubelet;
const nodes = controlPlaneNames.map((name) => nodeObject(name));
const well = { ...stages.promoted, unit, api: { ready: true, detail: 'ok' }, nodes };

describe('verify-etcd-member', () => {
  it('passes three voters that are well, and a ready API server', () => expect(step.check(well)).toEqual(satisfied));

  it.each([
    ['the lost member is still listed', { members: [...well.members, member(1)] }, 'the lost member 3e9'],
    ['the new one has no vote', stages.started, 'etcd member paris-cp2 is a learner'],
    ['the etcd beside it is another', { here: { why: 'etcd does not run' } }, 'the etcd of paris-cp2 to answer as'],
    [
      'it lags',
      { status: [status(0), status(2), status(1, { memberId: '2000', raftAppliedIndex: 1 })] },
      'lags behind',
    ],
    ['another one is ill', { health: [health(0), health(1), health(2, false)] }, 'paris-cp3 is not healthy'],
    [
      'another one is missing',
      { members: well.members.filter(({ name }) => name !== 'paris-cp3') },
      'paris-cp3 has no member',
    ],
    ['an alarm is raised', { alarms: [{ memberId: '1000', alarm: 'NOSPACE' }] }, 'has the alarm NOSPACE'],
    ['its kubelet is away', { unit: { ...unit, active: false, subState: 'dead' } }, 'the kubelet of paris-cp2 to run'],
    [
      'its node is not Ready',
      { nodes: [nodeObject('paris-cp2', { ready: 'Unknown' })] },
      'paris-cp2 to be Ready again',
    ],
    ['its API server is not back', { api: { ready: false, detail: 'refused' } }, 'to be ready: refused'],
  ])('waits while %s', (_what, change, waitingFor) =>
    expect(step.check({ ...well, ...change })).toMatchObject({
      kind: 'pending',
      waitingFor: expect.stringContaining(waitingFor),
    }),
  );
});
