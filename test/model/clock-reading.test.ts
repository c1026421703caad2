import { describe, expect, it } from 'vitest';
import { aheadOf, ownClock, unclearMs } from '../../src/model/clock-reading.ts';

const asked = { from: 10_000, to: 12_000 };
const cluster = { epochMs: 1_003_000, asked: { from: 1000, to: 4000 } };

describe('a clock, held against another one', () => {
  it.each<[string, number, number]>([
    ['is right within what asking may have taken', 1_010_000, 0],
    ['is right at the earliest that asking allows', 1_009_000, 0],
    ['is right at the latest that asking allows', 1_014_000, 0],
    ['is behind by what no delay explains', 1_009_000 - 300_000, -300_000],
    ['is ahead by what no delay explains', 1_014_000 + 60_000, 60_000],
  ])('%s', (_what, epochMs, aheadMs) => expect(aheadOf({ epochMs, asked }, cluster)).toBe(aheadMs));

  it.each<[string, number, number]>([
    ['behind this machine', 5000, -5000],
    ['ahead of this machine', 13_000, 1000],
    ['as this machine', 11_000, 0],
  ])('is %s', (_what, epochMs, aheadMs) => expect(aheadOf({ epochMs, asked }, ownClock(20_000))).toBe(aheadMs));

  it('is as far from it as both say where nobody knows when they were read', () => {
    expect(aheadOf({ epochMs: 5000 }, cluster)).toBe(5000 - 1_003_000);
    expect(aheadOf({ epochMs: 5000, asked }, { epochMs: 7000 })).toBe(-2000);
  });
});

it('two clocks may be apart by what asking for both took', () => {
  expect(unclearMs({ epochMs: 1, asked }, cluster)).toBe(5000);
  expect(unclearMs({ epochMs: 1 })).toBe(0);
});
