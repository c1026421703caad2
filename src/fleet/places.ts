import type { AtOnce } from '../model/wave.ts';

interface Waiting {
  readonly limits: readonly AtOnce[];
  readonly begin: () => void;
}

const keyOf = ({ label, value }: AtOnce): string => `${label}=${value}`;

/**
 * Places for clusters that go side by side: so many in all, and of those with the same value of a label no more than
 * its limit. A place that becomes free goes to the one that has waited longest among those that may go: whoever has to
 * wait for its like keeps no other one from a place.
 */
export class Places {
  readonly #all: number;
  readonly #taken = new Map<string, number>();
  #inUse = 0;
  #queue: readonly Waiting[] = [];

  constructor(all: number) {
    this.#all = all;
  }

  /** Does the work once there is a place for it, and gives the place back whatever comes of it. */
  async within<T>(limits: readonly AtOnce[], work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#queue = [...this.#queue, { limits, begin }];
      this.#fill();
    });
    try {
      return await work();
    } finally {
      this.#count(limits, -1);
      this.#fill();
    }
  }

  #fits({ limits }: Waiting): boolean {
    return this.#inUse < this.#all && limits.every((each) => (this.#taken.get(keyOf(each)) ?? 0) < each.most);
  }

  #count(limits: readonly AtOnce[], by: 1 | -1): void {
    this.#inUse += by;
    for (const key of limits.map(keyOf)) this.#taken.set(key, (this.#taken.get(key) ?? 0) + by);
  }

  #fill(): void {
    this.#queue = this.#queue.filter((waiting) => {
      if (!this.#fits(waiting)) return true;
      this.#count(waiting.limits, 1);
      waiting.begin();
      return false;
    });
  }
}
