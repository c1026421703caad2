import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { Host } from '../world/host.ts';

type Direction = 'to-node' | 'from-node';

/**
 * The network between the operators and one node. TCP's promise is kept: what arrives, arrives in order. A frozen link
 * holds everything back until it thaws; what reaches a host without power is gone.
 */
export class Link {
  readonly host: Host;
  /** One way, in virtual ms. */
  oneWayMs: number;
  #frozen = false;
  readonly #kernel: Kernel;
  readonly #held: (() => void)[] = [];
  readonly #lastArrival: Record<Direction, number> = { 'to-node': 0, 'from-node': 0 };
  readonly #connections = new Set<Breakable>();

  constructor(host: Host, random: Random) {
    this.host = host;
    this.#kernel = host.kernel;
    this.oneWayMs = random.between(1, 15);
  }

  /** Whether a connection could be made now. */
  get reachable(): boolean {
    return this.host.power === 'up' && !this.#frozen;
  }

  carry(direction: Direction, arrive: () => void): void {
    const at = Math.max(this.#kernel.now + this.oneWayMs, this.#lastArrival[direction]);
    this.#lastArrival[direction] = at;
    this.#kernel.at(at, () => this.#arrive(arrive));
  }

  #arrive(arrive: () => void): void {
    if (this.#frozen) this.#held.push(() => this.#arrive(arrive));
    else if (this.host.power === 'up') arrive();
  }

  /** Packets of both directions get lost from now on; nobody is told. */
  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#connections) connection.silenced();
  }

  /** What was held back comes through: TCP sends again. */
  thaw(): void {
    this.#frozen = false;
    for (const arrive of this.#held.splice(0)) arrive();
    for (const connection of this.#connections) connection.heard();
  }

  /** Every connection that stands now breaks, noticed by both ends. */
  cut(why: string): void {
    for (const connection of this.#connections) connection.lose(why);
  }

  /** The power is gone: nobody says goodbye. */
  darken(): void {
    for (const connection of this.#connections) connection.silenced();
  }

  /** Power is back: the node knows nothing of connections from before, and says so to their next keepalive. */
  relight(): void {
    for (const connection of this.#connections) connection.disowned();
  }

  join(connection: Breakable): void {
    this.#connections.add(connection);
  }

  leave(connection: Breakable): void {
    this.#connections.delete(connection);
  }
}

/** A connection as the link sees it. */
export interface Breakable {
  lose(why: string): void;
  /** Nothing comes from the peer any more: the keepalive notices, later. */
  silenced(): void;
  heard(): void;
  /** The peer answers the next packet with a reset. */
  disowned(): void;
}
