import type { WorldEvent } from '../world/events.ts';
import type { History } from './history.ts';
import type { SeenWorld } from './seen-world.ts';

/**
 * Leaders of etcd that were ended by what we began, although another member could have led and the step before could
 * have seen it: no invariant, but an election that nobody needed. A line each.
 */
export class LeadersStopped {
  readonly lacks: string[] = [];
  /** How often leadership was handed over at our word. */
  handedOver = 0;
  readonly #world: SeenWorld;
  readonly #history: History;
  /** Host → since when it leads. */
  #since = -Infinity;

  constructor(world: SeenWorld, history: History) {
    this.#world = world;
    this.#history = history;
  }

  event(event: WorldEvent): void {
    if (event.type !== 'leader-moved') return;
    const { from, how, actor } = event;
    const since = this.#since;
    this.#since = this.#history.now;
    if (how === 'handed-over') this.handedOver += 1;
    if (how === 'handed-over' || actor.kind !== 'nodeops') return;
    const heirs = this.#world.etcd.members.filter(({ host }) => host !== from && !this.#history.sickMembers.has(host));
    if (heirs.length > 0 && this.#history.couldBeSeen(since, actor, from))
      this.lacks.push(
        `${from}: its etcd was ended while it led, and ${heirs.map(({ host }) => host).join(', ')} could have`,
      );
  }
}
