import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The first numbers of neighbouring seeds are neighbours as well (the very first is the seed, inverted): passed over. */
const passedOver = 16;

/** Everything that is chance in a simulation comes from one seed. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    for (let drawn = 0; drawn < passedOver; drawn += 1) this.#generator.next();
  }

  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number {
    return below <= 1 ? 0 : (this.#generator.next() >>> 0) % below;
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return (this.#generator.next() >>> 0) / 0x1_0000_0000 < probability;
  }

  /** @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += (this.#generator.next() >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** A generator of its own, whose draws do not change this one's. */
  fork(): Random {
    return new Random(this.#generator.next());
  }
}
