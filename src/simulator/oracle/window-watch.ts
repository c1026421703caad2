import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { History } from './history.ts';
import type { Wish } from './invariant.ts';
import type { Note } from './note.ts';

/** What a program does to one node in one phase. */
interface Lane {
  readonly name: string;
  readonly node: string;
  readonly begunAt: number;
  endedAt: number;
  touched: boolean;
}

/** `workers/w1/drain-node` → `workers/w1`. */
const laneOf = (address: string): string => address.slice(0, address.lastIndexOf('/'));

const minutes = (ms: number): string => `${Math.floor(ms / 60_000)} min`;

/**
 * Nodes that were begun while the maintenance window was closed, and, where nothing goes wrong, those that did not end
 * in it: none of the twelve invariants, but what the operator asked for. A line each.
 */
export class WindowWatch {
  readonly lacks: string[] = [];
  /** How many nodes were touched under a window. */
  touched = 0;
  readonly #window: Wish['window'];
  readonly #history: History;
  /** Program → node → what it has in hand there. */
  readonly #lanes = new Map<number, Map<string, Lane>>();

  constructor(window: Wish['window'], history: History) {
    this.#window = window;
    this.#history = history;
  }

  note(note: Note): void {
    if (this.#window === undefined || note.type !== 'journal') return;
    const { type, address, node } = note.entry;
    const lanes = this.#lanes.get(note.program) ?? new Map<string, Lane>();
    this.#lanes.set(note.program, lanes);
    if (type === 'step-started' && address !== undefined && node !== undefined) {
      const name = laneOf(address);
      if (lanes.get(node)?.name !== name) {
        const now = this.#history.now;
        lanes.set(node, { name, node, begunAt: now, endedAt: now, touched: false });
      }
    }
    if (type === 'step-finished' && address !== undefined)
      for (const lane of lanes.values()) if (lane.name === laneOf(address)) this.#ended(lane);
  }

  event(event: WorldEvent): void {
    if (event.type === 'package-changed' || event.type === 'component-stopped') this.#touch(event.host, event.actor);
    if (event.type === 'cordoned') this.#touch(event.node, event.actor);
  }

  #touch(node: string, actor: Actor): void {
    if (this.#window === undefined || actor.kind !== 'nodeops') return;
    const lane = this.#lanes.get(actor.program)?.get(node);
    if (lane === undefined || lane.touched) return;
    lane.touched = true;
    this.touched += 1;
    const left = this.#left(lane.begunAt);
    if (left <= 0) this.lacks.push(`${node} was begun (${lane.name}) ${minutes(-left)} after the window had closed`);
  }

  #ended(lane: Lane): void {
    const before = lane.endedAt;
    lane.endedAt = this.#history.now;
    if (this.#window?.mustFit !== true || !lane.touched) return;
    const closes = lane.begunAt + this.#left(lane.begunAt);
    if (before <= closes && lane.endedAt > closes)
      this.lacks.push(`${lane.node} was begun (${lane.name}) too late to end before the window closed`);
  }

  /** How long the window is still open; what is not above zero says since when it is closed. */
  #left(at: number): number {
    if (this.#window === undefined) return Infinity;
    const { opensAt, everyMs, durationMs } = this.#window;
    return durationMs - ((at - opensAt) % everyMs);
  }
}
