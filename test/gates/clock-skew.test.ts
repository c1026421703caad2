import { describe, expect, it } from 'vitest';
import { clockSkew } from '../../src/gates/clock-skew.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const gate = bound(clockSkew, {}, onWorker());
const now = 1_795_254_596_000;
const seen = (seconds: number) => ({ clock: { epochMs: now + seconds * 1000 }, leases: { now, renewed: {} } });
const told = (words: string) => ({
  because: `paris-w1: its clock is ${words} that of the control planes`,
  fix: 'compare `date` on both, and see that it is synchronized: timedatectl; chronyc tracking',
});

describe('clock-skew', () => {
  it.each([
    ['the same', 0, satisfied],
    ['what two looks may be apart', 10, satisfied],
    ['noticeably behind', -11, judged([], [told('11 s behind')])],
    ['still allowed', 30, judged([], [told('30 s ahead of')])],
    ['far ahead', 31, judged([told('31 s ahead of')], [])],
    ['far behind', -120, judged([told('120 s behind')], [])],
  ])('%s', (_what, seconds, verdict) => expect(gate.check(seen(seconds))).toEqual(verdict));

  it.each([
    ['a node that took long to answer', 25, 28, satisfied],
    ['one that took longer than a clock may be off', 60, 61, undefined],
    ['one that is wrong even so', 80, 45, judged([told('35 s ahead of')], [])],
  ])('does not take the time that asking took for a difference: %s', (_what, seconds, took, verdict) => {
    const clock = { epochMs: now + seconds * 1000, asked: { from: 0, to: took * 1000 } };
    const leases = { now, asked: { from: 0, to: 0 }, renewed: {} };
    const unclear = judged(
      [],
      [
        {
          ...told(''),
          because: `paris-w1: asking took ${took} s, and whether its clock agrees with that of the control planes cannot be told as closely as that`,
        },
      ],
    );
    expect(gate.check({ clock, leases })).toEqual(verdict ?? unclear);
  });
});
