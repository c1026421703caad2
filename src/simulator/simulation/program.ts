import type { Kernel, Timer } from '../kernel.ts';
import type { Actor } from '../world/actor.ts';

/** Told when a promise of the product was settled: only then has the product something to do. */
export interface Wakes {
  woken: boolean;
}

/**
 * One process of nodeops. Everything that its ports answer comes through `deliver`: a killed process never hears of
 * anything again, a stopped one (SIGSTOP) hears of it when it goes on, in the order in which it came.
 */
export class Program {
  readonly id: number;
  /** The run that it recorded, once it has one. */
  run: string | undefined;
  readonly #kernel: Kernel;
  readonly #wakes: Wakes;
  readonly #held: (() => void)[] = [];
  readonly #onDeath: (() => void)[] = [];
  #state: 'running' | 'paused' | 'dead' = 'running';
  #waking: Timer | undefined;

  constructor(id: number, kernel: Kernel, wakes: Wakes) {
    this.id = id;
    this.#kernel = kernel;
    this.#wakes = wakes;
  }

  get actor(): Actor {
    return this.run === undefined
      ? { kind: 'nodeops', program: this.id }
      : { kind: 'nodeops', program: this.id, run: this.run };
  }

  get state(): 'running' | 'paused' | 'dead' {
    return this.#state;
  }

  /** Lets the product hear of something. */
  deliver(answer: () => void): void {
    if (this.#state === 'dead') return;
    if (this.#state === 'paused') this.#held.push(answer);
    else {
      this.#wakes.woken = true;
      answer();
    }
  }

  /** Does something on the program's behalf: now, when it goes on, or never. */
  act(deed: () => void): void {
    if (this.#state === 'running') deed();
    else if (this.#state === 'paused') this.#held.push(deed);
  }

  /** SIGKILL: what it was doing is never finished; its connections are closed by its operating system. */
  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    // Whoever started it has something to do now.
    this.#wakes.woken = true;
    this.#kernel.cancel(this.#waking);
    this.#held.length = 0;
    for (const tell of this.#onDeath.splice(0)) tell();
  }

  /** SIGSTOP for some virtual time; its connections stay open. */
  pause(ms: number): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#waking = this.#kernel.after(ms, () => {
      this.#state = 'running';
      for (const answer of this.#held.splice(0)) this.deliver(answer);
    });
  }

  /** Called once when it is killed. */
  onDeath(tell: () => void): void {
    this.#onDeath.push(tell);
  }
}
