import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { resetNode } from '../../src/steps/reset-node.ts';
import { newHostSeen, ofWorker } from './new-host-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(resetNode, {}, onWorker());

describe('reset-node', () => {
  it.each([
    ['a node', { remains: ofWorker }],
    ['one that nodeops has joined', { remains: ofWorker, marks: { paris: ['host', 'joined'] as const } }],
    ['one whose reset was killed at the end', { marks: { paris: ['host'] as const } }],
  ])('resets %s', (_what, change) => {
    expect(step.check({ host: newHostSeen(change) })).toMatchObject({ kind: 'needed' });
    expect(step.verdictAfter({ host: newHostSeen(change) })).toEqual(satisfied);
  });

  it('leaves a bare host alone, also one that another cluster’s mark is on', () =>
    expect(step.check({ host: newHostSeen({ marks: { oslo: ['host'] } }) })).toEqual(satisfied));
});
