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
});
