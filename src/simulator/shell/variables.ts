export interface Variable {
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly?: boolean;
}

/**
 * The variables of a shell, shared with its subshells until one of them sets one: most never do, and are over before
 * the shell itself goes on, so that nothing is copied at all.
 */
export class Variables {
  readonly #entries: Map<string, Variable>;
  #environment: ReadonlyMap<string, string> | undefined;
  #owners = 1;

  constructor(entries: Map<string, Variable>) {
    this.#entries = entries;
  }

  get entries(): ReadonlyMap<string, Variable> {
    return this.#entries;
  }

  get(name: string): Variable | undefined {
    return this.#entries.get(name);
  }

  share(): this {
    this.#owners += 1;
    return this;
  }

  /** One of those who share them needs them no more. */
  leave(): void {
    this.#owners -= 1;
  }

  /** Sets or removes one. @returns the variables that its owner has from now on: these, or a copy where others have them, too. */
  with(name: string, variable: Variable | undefined): Variables {
    if (this.#owners > 1) {
      this.#owners -= 1;
      const copy = new Variables(new Map(this.#entries));
      copy.#environment = this.#environment;
      return copy.with(name, variable);
    }
    if (variable?.exported === true || this.#entries.get(name)?.exported === true) this.#environment = undefined;
    if (variable === undefined) this.#entries.delete(name);
    else this.#entries.set(name, variable);
    return this;
  }

  /** What programs are given: those that are exported. */
  environment(): ReadonlyMap<string, string> {
    if (this.#environment !== undefined) return this.#environment;
    const made = new Map<string, string>();
    for (const [name, { value, exported }] of this.#entries) if (exported && value !== undefined) made.set(name, value);
    this.#environment = made;
    return made;
  }
}
