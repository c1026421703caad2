import { describe, expect, it } from 'vitest';
import { verifyOtherControlPlanes } from '../../src/steps/verify-other-control-planes.ts';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { bound, health, member, nodeObject, onControlPlane, status } from './values.ts';

const step = bound(verifyOtherControlPlanes, {}, onControlPlane('paris-cp1'));
const indices = (count: number) => Array.from({ length: count }, (_none, index) => index);
const cluster = (count: number) => ({
  nodes: [...indices(count).map((index) => nodeObject(`paris-cp${index + 1}`)), nodeObject('paris-w1')],
  members: indices(count).map((index) => member(index)),
  health: indices(count).map((index) => health(index)),
  status: indices(count).map((index) => status(index)),
  alarms: [],
});
const three = cluster(3);
const away = (text: string) => pending(`${text} to be back in service`, 'see why it is not: nodeops diagnose');
const etcd = (text: string) => pending(`the other etcd members: ${text}`);

describe('verify-other-control-planes', () => {
  it.each([
    ['one control plane: nobody else', cluster(1), satisfied],
    ['two: the other one is well, the outage is announced', cluster(2), satisfied],
    ['three, all well', three, satisfied],
    ['five, all well', cluster(5), satisfied],
    [
      'the one itself may be ill: it is what is repaired',
      {
        ...three,
        nodes: [nodeObject('paris-cp1', { ready: 'False' }), ...three.nodes.slice(1)],
        health: [health(0, false), health(1), health(2)],
      },
      satisfied,
    ],
    [
      'a worker may be ill',
      { ...three, nodes: [...three.nodes.slice(0, 3), nodeObject('paris-w1', { ready: 'False' })] },
      satisfied,
    ],
    [
      'another is not Ready',
      { ...three, nodes: [nodeObject('paris-cp2', { ready: 'Unknown' })] },
      away('paris-cp2 (Ready Unknown)'),
    ],
    [
      'another is cordoned by us',
      { ...three, nodes: [nodeObject('paris-cp3', { unschedulable: true, cordonedBy: 'r0' })] },
      away('paris-cp3 (cordoned by run r0)'),
    ],
    [
      'another was cordoned by us, and uncordoned by somebody',
      { ...three, nodes: [nodeObject('paris-cp3', { cordonedBy: 'r0' })] },
      satisfied,
    ],
    [
      'another is cordoned by someone',
      { ...three, nodes: [nodeObject('paris-cp3', { unschedulable: true })] },
      satisfied,
    ],
    [
      'a member has not started',
      { ...three, members: [member(0), member(1), member(2, { name: '', started: false })] },
      etcd('etcd member 1002 (https://172.31.0.13:2380) has not started'),
    ],
    [
      'a member is a learner',
      { ...three, members: [member(0), member(1, { learner: true }), member(2)] },
      etcd('etcd member paris-cp2 is a learner'),
    ],
    [
      'a member is ill',
      { ...three, health: [health(0), health(1, false), health(2)] },
      etcd('etcd member paris-cp2 is not healthy: context deadline exceeded'),
    ],
    [
      'a member does not answer',
      { ...three, health: [health(0), health(2)] },
      etcd('etcd member paris-cp2 is not healthy: no answer'),
    ],
    [
      'a member tells no status',
      { ...three, status: [status(0), status(2)] },
      etcd('etcd member paris-cp2 does not tell its status'),
    ],
    [
      'a member lags',
      { ...three, status: [status(0), status(1, { raftAppliedIndex: 84_999 }), status(2)] },
      etcd('etcd member paris-cp2 lags behind by 5001 entries'),
    ],
    [
      'a member lags by what is usual',
      { ...three, status: [status(0), status(1, { raftAppliedIndex: 85_000 }), status(2)] },
      satisfied,
    ],
    [
      'an alarm',
      { ...three, alarms: [{ memberId: '1001', alarm: 'NOSPACE' }] },
      etcd('etcd member paris-cp2 has the alarm NOSPACE'),
    ],
    ['an alarm of the one itself', { ...three, alarms: [{ memberId: '1000', alarm: 'NOSPACE' }] }, satisfied],
    [
      'two of two are needed: the second is ill',
      { ...cluster(2), health: [health(0), health(1, false)] },
      etcd('etcd member paris-cp2 is not healthy: context deadline exceeded'),
    ],
    [
      'a member more than control planes, lost long ago',
      { ...three, members: [...three.members, member(3, { name: 'paris-cp9' })] },
      etcd('etcd member paris-cp9 is not healthy: no answer'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
