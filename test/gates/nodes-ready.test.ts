import { describe, expect, it } from 'vitest';
import { nodesReady } from '../../src/gates/nodes-ready.ts';
import { blocked, pending, satisfied } from '../../src/model/verdict.ts';
import { bound, nodeObject, onCluster } from '../steps/values.ts';

const step = bound(nodesReady, {}, onCluster);
const now = 1_795_255_170_000;
const seen = (ago: Readonly<Record<string, number>>, ...nodes: ReturnType<typeof nodeObject>[]) => ({
  nodes,
  leases: { now, renewed: Object.fromEntries(Object.entries(ago).map(([name, ms]) => [name, now - ms])) },
});

const seeWhy =
  'see why: kubectl describe node a; the kubelet of a control plane reports through its own API server, which needs the etcd member beside it: ask its /readyz; nodes that are Ready but silent may have a wrong clock, or the control planes: compare `date`';

describe('nodes-ready', () => {
  it.each([
    ['all Ready and heard of', seen({ a: 9_000, b: 40_000 }, nodeObject('a'), nodeObject('b')), satisfied],
    ['cordoned by someone is no illness', seen({ a: 0 }, nodeObject('a', { unschedulable: true })), satisfied],
    [
      'left by a run of ours: it is what is repaired',
      seen({}, nodeObject('a', { ready: 'False', cordonedBy: 'r0' })),
      satisfied,
    ],
    [
      'not Ready, and Unknown',
      seen({ a: 0, b: 0 }, nodeObject('a', { ready: 'False' }), nodeObject('b', { ready: 'Unknown' })),
      blocked('not ready: a (Ready False), b (Ready Unknown)', seeWhy),
    ],
    [
      'Ready, but silent: its status may be minutes old',
      seen({ a: 41_000 }, nodeObject('a')),
      blocked('not ready: a (silent for 41 s)', seeWhy),
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('waits for what is on its way after a restart of ours', () => {
    const patient = bound(nodesReady, { patiently: true }, onCluster);
    expect(patient.check(seen({ a: 41_000, b: 0 }, nodeObject('a'), nodeObject('b', { ready: 'False' })))).toEqual(
      pending('every node to be Ready and heard of: a (silent for 41 s), b (Ready False)'),
    );
    expect(patient.check(seen({ a: 9_000 }, nodeObject('a')))).toEqual(satisfied);
  });

  it('waits for the first lease of a node that has just come', () => {
    expect(step.check(seen({ b: 0 }, nodeObject('a'), nodeObject('b')))).toEqual(pending('the first lease of a'));
  });
});
