import type { Prompt } from '../../../ports/prompt.ts';

/** Who draws on the whole terminal. */
export interface Holder {
  /** Leaves the terminal as it was found. */
  stepAside(): void;
  stepBack(): void;
}

/** The one terminal of a program: who draws on all of it steps aside while a question is asked. */
export class SharedTerminal {
  #holder: Holder | undefined;
  #lent = 0;

  hold(holder: Holder): void {
    this.#holder = holder;
    if (this.#lent > 0) holder.stepAside();
  }

  release(holder: Holder): void {
    if (this.#holder === holder) this.#holder = undefined;
  }

  async #lend<T>(deed: () => Promise<T>): Promise<T> {
    if (this.#lent++ === 0) this.#holder?.stepAside();
    try {
      return await deed();
    } finally {
      if (--this.#lent === 0) this.#holder?.stepBack();
    }
  }

  /** The same questions, asked on a terminal that nobody draws on meanwhile. */
  asking(prompt: Prompt): Prompt {
    return {
      secret: (question) => this.#lend(() => prompt.secret(question)),
      ask: (question) => this.#lend(() => prompt.ask(question)),
      confirm: (question) => this.#lend(() => prompt.confirm(question)),
    };
  }
}
