import { describe, expect, it } from 'vitest';
import { kubeletJudgement } from '../../src/facts/kubelet-judgement.ts';
import { kubeletTakesConfiguration } from '../../src/gates/kubelet-takes-configuration.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { allNodes, filesOf, wishOf } from '../steps/kubelet-values.ts';
import { bound, old, onWorker } from '../steps/values.ts';

const gate = bound(kubeletTakesConfiguration, wishOf({ maxPodz: 150 }), onWorker());

describe('kubelet-takes-configuration', () => {
  it.each([
    ['it takes it', { judgement: {} }, satisfied],
    ['there is no kubelet to ask', {}, satisfied],
    [
      'it refuses it',
      { judgement: { refused: 'strict decoding error: unknown field "maxPodz"' } },
      blocked(
        'paris-w1: its kubelet does not take that configuration: strict decoding error: unknown field "maxPodz"',
        'correct the setting; its names and values: kubernetes.io, Kubelet Configuration (v1beta1)',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(gate.check(seen)).toEqual(verdict));

  it('asks with the file of the node, and only where it changes something', () => {
    const { source, key } = kubeletJudgement({ maxPods: 150 }, undefined);
    if (source.kind !== 'following') throw new Error('it follows');
    expect(source.ask([filesOf(allNodes), { installed: old }])).toEqual(expect.objectContaining({ key }));
    const there = filesOf(allNodes.replace('maxPods: 110', 'maxPods: 150'));
    expect(source.ask([there, { installed: old }])).toEqual({ value: {} });
    expect(source.ask([filesOf(allNodes), {}])).toEqual({ absent: true });
  });
});
