/**
 * What was worked out from a text, kept for when it comes again. Once there are too many, what was not asked for since
 * the last time is forgotten: what is used all the time stays, what came once does not.
 */
export class Kept<T> {
  readonly #most: number;
  #recent = new Map<string, T>();
  #earlier = new Map<string, T>();

  /** @param most after so many new ones, those before them are forgotten where nobody asked for them. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What is kept for a text, or what `make` makes of it now. */
  of(text: string, make: (text: string) => T): T {
    const recent = this.#recent.get(text);
    if (recent !== undefined) return recent;
    const found = this.#earlier.get(text) ?? make(text);
    if (this.#recent.size >= this.#most) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, found);
    return found;
  }
}
