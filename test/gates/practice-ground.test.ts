import { describe, expect, it } from 'vitest';
import { practiceGround } from '../../src/gates/practice-ground.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const ours = `AB${':CD'.repeat(31)}`;
const host = { hostname: 'paris-w1', machineId: 'm1', clusterCa: ours };
const verdict = (ground?: { readonly cluster: string; readonly authority: string }) =>
  bound(practiceGround, {}, onWorker()).check({ host, ...(ground === undefined ? {} : { ground }) });

describe('practice-ground', () => {
  it('passes a node on which this cluster was allowed', () =>
    expect(verdict({ cluster: 'paris', authority: ours })).toEqual(satisfied));

  it.each([
    ['a node that nobody allowed', undefined, 'paris-w1 is not there to practise on'],
    ['one of a cluster of another name', { cluster: 'exam', authority: ours }, 'as a node of exam'],
    [
      'one whose disk came into another cluster',
      { cluster: 'paris', authority: `EF${':01'.repeat(31)}` },
      'was allowed for practice in another cluster',
    ],
  ])('blocks %s', (_what, ground, because) =>
    expect(verdict(ground)).toMatchObject({ kind: 'blocked', because: expect.stringContaining(because) }),
  );
});
