import { describe, expect, it } from 'vitest';
import { shrink } from '../../scripts/simulation/shrink.ts';

/** Halves a number, down to 1. */
const halve = (n: number): readonly number[] => (n > 1 ? [Math.floor(n / 2)] : []);
const none = (): readonly number[] => [];

describe('the fewest faults that still break', () => {
  it.each<
    [
      string,
      readonly number[],
      (faults: readonly number[]) => boolean,
      (n: number) => readonly number[],
      readonly number[],
    ]
  >([
    ['one is enough', [3, 7, 9], (faults) => faults.includes(7), none, [7]],
    ['two together', [3, 7, 9, 4], (faults) => faults.includes(3) && faults.includes(4), none, [3, 4]],
    ['none at all', [3, 7], () => true, none, []],
    ['all of them', [3, 7], (faults) => faults.length === 2, none, [3, 7]],
    ['a simpler one', [64, 5], (faults) => faults.some((n) => n >= 10), halve, [16]],
    ['the order stays', [9, 1, 8], (faults) => faults[0] === 9 && faults.at(-1) === 8, none, [9, 8]],
  ])('%s', async (_what, faults, breaks, simpler, fewest) => {
    expect(await shrink(faults, simpler, (candidate) => Promise.resolve(breaks(candidate)))).toEqual(fewest);
  });

  it('asks no more often than it may', async () => {
    let asked = 0;
    const breaks = (): Promise<boolean> => {
      asked += 1;
      return Promise.resolve(true);
    };
    expect(await shrink([1, 2, 3, 4], none, breaks, 2)).toEqual([3, 4]);
    expect(asked).toBe(2);
  });
});
