import { describe, expect, it } from 'vitest';
import { startMember } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { startEtcdMember } from '../../src/steps/start-etcd-member.ts';
import { initialCluster, onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound } from './values.ts';

const step = bound(startEtcdMember, { replacement }, onLost);

describe('start-etcd-member', () => {
  it('puts the manifest back with every member, and waits until the etcd answers as the new one', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'pending',
      ending: 'pending',
      stopped: 'pending',
      removed: 'pending',
      aside: 'pending',
      added: 'needed',
      starting: 'pending',
      started: 'satisfied',
      promoted: 'satisfied',
    });
    expect(step.typed(stages.added)).toEqual([`paris-cp2: ${quote(startMember(replacement, initialCluster).argv)}`]);
  });

  it.each([
    ['names other members', { 'initial-cluster': 'paris-cp2=https://172.31.0.12:2380' }],
    ['would found a cluster of its own', { 'initial-cluster-state': 'new' }],
  ])('writes a manifest anew that %s', (_what, flags) => {
    const there = { ...stages.starting.there, flags: { ...stages.starting.there.flags, ...flags } };
    expect(step.check({ ...stages.starting, there }).kind).toBe('needed');
  });

  it('minds the order of members as little as etcd does', () => {
    const turned = initialCluster.split(',').toReversed().join(',');
    const flags = { ...stages.starting.there.flags, 'initial-cluster': turned };
    expect(step.check({ ...stages.starting, there: { ...stages.starting.there, flags } }).kind).toBe('pending');
  });

  it('tells what its etcd said where it does not stay', () => {
    const there = { ...stages.starting.there, said: 'discovery failed: member count is unequal' };
    expect(step.check({ ...stages.starting, there })).toMatchObject({
      waitingFor: expect.stringContaining('(it said: discovery failed: member count is unequal)'),
    });
  });

  it('does not take an etcd of another cluster for the new member', () => {
    const here = { here: { ...stages.started.here.here, clusterId: '78' } };
    expect(step.check({ ...stages.started, here }).kind).toBe('pending');
  });

  it('says where a manifest that is nowhere can be had', () => {
    const { manifest: _lost, ...there } = stages.added.there;
    expect(step.check({ ...stages.added, there })).toMatchObject({
      kind: 'blocked',
      fix: expect.stringContaining('node-paris-cp2.tar'),
    });
  });
});
