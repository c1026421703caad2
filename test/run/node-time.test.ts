import { describe, expect, it } from 'vitest';
import { NodeTime } from '../../src/run/node-time.ts';
import { work } from './work.ts';

const clock = { now: () => 1000, sleep: () => Promise.resolve() };
const plain = work('w1');
const drain = { ...plain, ownTime: true };

describe('the time of a node', () => {
  it('ends so long after its first step', () => {
    const time = new NodeTime(clock, 'w1', 600_000);
    time.took(plain, 50_000);
    expect(time.left(plain)).toEqual({
      until: 601_000,
      over: 'w1 has taken longer than 10m, its drains not counted',
    });
  });

  it('does not count a step that has a limit of its own, and does not limit it', () => {
    const time = new NodeTime(clock, 'w1', 600_000);
    expect(time.left(drain)).toBeUndefined();
    time.took(drain, 120_000);
    expect(time.left(plain)).toMatchObject({ until: 721_000 });
  });
});
