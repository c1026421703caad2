import { ownerKey, type Owner } from './owner.ts';
import { healthyOf, type Actor, type Scene } from './scene.ts';
import type { Outage } from './trace.ts';

/** Notes when no pod of an owner is ready any more, and until when. */
export class OutageWatch {
  readonly outages: Outage[] = [];
  readonly #scene: Scene;
  readonly #replicas: ReadonlyMap<string, number>;
  readonly #open = new Map<string, Outage>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#replicas = new Map(
      [...scene.owned].map(([key, actors]) => [key, [...actors].filter(({ pod }) => !pod.deleting).length]),
    );
  }

  #healthy(key: string, now: number): number {
    return healthyOf(this.#scene.owned.get(key) ?? [], now);
  }

  /** `leaving`: pods that are on their way out; those of `cleared` are so only because a finding is taken for solved. */
  look(now: number, leaving: readonly Actor[], cleared: ReadonlySet<Actor>): void {
    const owners = new Map<string, Owner>();
    for (const { owner } of leaving)
      if (owner !== undefined && owner.kind !== 'Job') owners.set(ownerKey(owner), owner);
    for (const [key, owner] of owners) if (!this.#open.has(key)) this.#begin(key, owner, { now, leaving, cleared });
    for (const [key, outage] of this.#open) {
      if (this.#healthy(key, now) === 0) continue;
      outage.to = now;
      this.#open.delete(key);
    }
  }

  #begin(
    key: string,
    owner: Owner,
    { now, leaving, cleared }: { now: number; leaving: readonly Actor[]; cleared: ReadonlySet<Actor> },
  ): void {
    if (this.#healthy(key, now) > 0) return;
    const evicted = leaving.filter(
      (actor) => actor.owner !== undefined && ownerKey(actor.owner) === key && actor.readyAt <= now,
    );
    const node = evicted[0]?.node;
    if (node === undefined || evicted.some((actor) => cleared.has(actor))) return;
    const outage: Outage = {
      owner,
      node,
      from: now,
      to: Infinity,
      replicas: this.#replicas.get(key) ?? evicted.length,
      evicted,
    };
    this.#open.set(key, outage);
    this.outages.push(outage);
  }
}
