import { describe, expect, it } from 'vitest';
import { Kept } from '../../src/simulator/kept.ts';

const counting = () => {
  const made: string[] = [];
  return { made, make: (text: string) => (made.push(text), text.length) };
};

describe('what is kept', () => {
  it('is worked out once', () => {
    const { made, make } = counting();
    const kept = new Kept<number>(2);
    expect([kept.of('one', make), kept.of('one', make)]).toEqual([3, 3]);
    expect(made).toEqual(['one']);
  });

  it('stays as long as it is asked for, and is forgotten where it is not', () => {
    const { made, make } = counting();
    const kept = new Kept<number>(2);
    kept.of('once', make);
    for (let round = 0; round < 10; round++) {
      kept.of('always', make);
      kept.of(`round ${round}`, make);
    }
    expect(made.filter((text) => text === 'always')).toHaveLength(1);
    kept.of('once', make);
    expect(made.filter((text) => text === 'once')).toHaveLength(2);
  });
});
