import { formatDuration } from '../model/duration.ts';
import type { Clock } from '../ports/clock.ts';
import type { BoundStep } from '../steps/step.ts';

/** How long a step may wait, and what is said when that is over. */
export interface TimeLeft {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly over: string;
}

/** What one node may take, from its first step to its last: what is over is stopped at, never cut off. */
export class NodeTime {
  readonly #node: string;
  readonly #limitMs: number;
  #until: number;

  constructor(clock: Clock, node: string, limitMs: number) {
    this.#node = node;
    this.#limitMs = limitMs;
    this.#until = clock.now() + limitMs;
  }

  /** Of a step that is about to begin; undefined for one that has a limit of its own. */
  left({ ownTime }: BoundStep): TimeLeft | undefined {
    if (ownTime) return undefined;
    return {
      until: this.#until,
      over: `${this.#node} has taken longer than ${formatDuration(this.#limitMs)}, its drains not counted`,
    };
  }

  /** It has ended. */
  took({ ownTime }: BoundStep, ms: number): void {
    if (ownTime) this.#until += ms;
  }
}
