import type { Kernel, Timer } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { Breakable, Link } from './link.ts';

/** As the SSH adapter sets it: an unanswered keepalive every 5 s, three of them are one too many. */
const keepalive = { intervalMs: 5000, shortestMs: 15_000, longestMs: 20_000 };

/** As the SSH adapter's limit: below sshd's MaxSessions. */
const channelLimit = 8;

export const connectionReset = 'connection lost: read ECONNRESET';

/** One SSH connection of one program to one node. */
export class Connection implements Breakable {
  readonly link: Link;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #onLost = new Set<(why: string) => void>();
  #lost: string | undefined;
  #retired = false;
  readonly #waiting: (() => void)[] = [];
  #channels = 0;
  #timer: Timer | undefined;

  constructor(link: Link, kernel: Kernel, random: Random) {
    this.link = link;
    this.#kernel = kernel;
    this.#random = random;
    link.join(this);
  }

  get lost(): string | undefined {
    return this.#lost;
  }

  get usable(): boolean {
    return this.#lost === undefined && !this.#retired;
  }

  /** Whether another channel may be opened. */
  get free(): boolean {
    return this.#channels < channelLimit;
  }

  onLost(listener: (why: string) => void): () => void {
    this.#onLost.add(listener);
    return () => this.#onLost.delete(listener);
  }

  /** Calls back when another channel may be opened, or when the connection is lost; to be looked at again then. */
  whenFree(tell: () => void): void {
    if (this.free || this.#lost !== undefined) tell();
    else this.#waiting.push(tell);
  }

  /** A channel is open from now until the returned function is called. */
  occupy(): () => void {
    this.#channels += 1;
    return () => {
      this.#channels -= 1;
      this.#waiting.shift()?.();
      this.#endWhenIdle();
    };
  }

  /** No new call gets it; it ends with its last channel. */
  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  lose(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = why;
    this.#kernel.cancel(this.#timer);
    this.link.leave(this);
    for (const listener of this.#onLost) listener(why);
    this.#onLost.clear();
    for (const tell of this.#waiting.splice(0)) tell();
  }

  silenced(): void {
    this.#timer ??= this.#kernel.after(this.#random.between(keepalive.shortestMs, keepalive.longestMs), () =>
      this.lose('connection lost: Keepalive timeout'),
    );
  }

  heard(): void {
    this.#kernel.cancel(this.#timer);
    this.#timer = undefined;
  }

  disowned(): void {
    this.heard();
    this.#timer = this.#kernel.after(this.#random.between(0, keepalive.intervalMs), () => this.lose(connectionReset));
  }

  #endWhenIdle(): void {
    if (this.#retired && this.#channels === 0) this.lose('connection retired');
  }
}
