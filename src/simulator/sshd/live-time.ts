import type { Kernel } from '../kernel.ts';

/**
 * Virtual time that passes by the real clock, `speed` times as fast. What comes from outside has to come through
 * `enter`; what follows of it happens by itself.
 */
export class LiveTime {
  readonly #kernel: Kernel;
  readonly #onFailure: (error: unknown) => void;
  #speed: number;
  /** Since when, by the real clock, it has this speed; and the virtual time of that moment. */
  #since = performance.now();
  #sinceVirtual: number;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running = false;

  /** `onFailure` gets what an event throws, a SimulatorGap for one; virtual time stands still from then on. */
  constructor(kernel: Kernel, speed: number, onFailure: (error: unknown) => void) {
    this.#kernel = kernel;
    this.#speed = speed;
    this.#onFailure = onFailure;
    this.#sinceVirtual = kernel.now;
  }

  /** Goes on at another speed from this moment on. */
  set speed(speed: number) {
    this.#sinceVirtual = this.#now();
    this.#since = performance.now();
    this.#speed = speed;
    this.#wakeForNext();
  }

  /** Does something as of this moment, after all that was due before; nothing once virtual time stands still. */
  enter(deed: () => void): void {
    if (this.#stopped) return;
    this.#kernel.at(this.#now(), deed);
    this.#catchUp();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #now(): number {
    return this.#sinceVirtual + Math.floor((performance.now() - this.#since) * this.#speed);
  }

  #catchUp(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    try {
      while (!this.#stopped && (this.#kernel.upcoming ?? Number.POSITIVE_INFINITY) <= this.#now()) this.#kernel.step();
    } catch (error) {
      this.stop();
      this.#onFailure(error);
    } finally {
      this.#running = false;
    }
    this.#wakeForNext();
  }

  #wakeForNext(): void {
    const { upcoming } = this.#kernel;
    clearTimeout(this.#timer);
    if (upcoming === undefined || this.#stopped) return;
    // setTimeout() fires at once beyond 2^31 - 1.
    const ms = Math.min(Math.max(0, (upcoming - this.#now()) / this.#speed), 2_147_483_647);
    this.#timer = setTimeout(() => this.#catchUp(), ms);
  }
}
