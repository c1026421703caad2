import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { SeenWorld } from './seen-world.ts';
import { CreateWatch } from './create-watch.ts';
import { EtcdWatch } from './etcd-watch.ts';
import { lookAround, type Found } from './found.ts';
import { History } from './history.ts';
import type { Break, Invariant, Scene, Watch, Wish } from './invariant.ts';
import { drainedBefore } from './invariants/drained-before.ts';
import { holdsAgain } from './invariants/holds-again.ts';
import { journalledWrites } from './invariants/journalled-writes.ts';
import { neverRepeated } from './invariants/never-repeated.ts';
import { nothingChanged } from './invariants/nothing-changed.ts';
import { oneControlPlane } from './invariants/one-control-plane.ts';
import { oneOwner } from './invariants/one-owner.ts';
import { ownCordons } from './invariants/own-cordons.ts';
import { snapshotFirst } from './invariants/snapshot-first.ts';
import { versionOrder } from './invariants/version-order.ts';
import { versionSteps } from './invariants/version-steps.ts';
import { workerBudget } from './invariants/worker-budget.ts';
import { LeadersStopped } from './leaders-stopped.ts';
import { MaintenanceWatch } from './maintenance-watch.ts';
import { NodesWatch } from './nodes-watch.ts';
import type { Note } from './note.ts';
import { RestoreWatch } from './restore-watch.ts';
import { WindowWatch } from './window-watch.ts';
import { isUnschedulable } from './reading.ts';

/** All of section 3 of design.md, in its order. */
export const invariants: readonly Invariant[] = [
  oneControlPlane,
  versionOrder,
  workerBudget,
  drainedBefore,
  versionSteps,
  snapshotFirst,
  ownCordons,
  holdsAgain,
  neverRepeated,
  oneOwner,
  journalledWrites,
  nothingChanged,
];

/**
 * Watches one world for as long as programs of ours are let at it, killed and resumed ones included. It judges by
 * design.md alone: what the product believes of itself it never asks.
 */
export class Oracle {
  readonly found: Found;
  readonly breaks: Break[] = [];
  /** Invariant → how often it could have been broken. */
  readonly reached = new Map<number, number>();
  readonly history: History;
  readonly leaders: LeadersStopped;
  readonly window: WindowWatch;
  /** Only where something is restored. */
  readonly restore: RestoreWatch | undefined;
  readonly maintenance: MaintenanceWatch;
  /** Only where etcd is looked after. */
  readonly etcd: EtcdWatch | undefined;
  /** Only where nodes leave or join. */
  readonly nodes: NodesWatch | undefined;
  /** Only where a cluster is made or ended. */
  readonly create: CreateWatch | undefined;
  readonly #cordoned = new Set<string>();
  readonly #onEvent: ((event: WorldEvent) => void)[] = [];
  readonly #onNote: ((note: Note) => void)[] = [];

  /** To be made before the first program starts: the state that it finds is the one to come back to. */
  constructor(world: SeenWorld, wish: Wish) {
    this.found = lookAround(world);
    const history = new History(world, this.found);
    this.history = history;
    this.leaders = new LeadersStopped(world, history);
    this.window = new WindowWatch(wish.window, history);
    this.restore = wish.restore === undefined ? undefined : new RestoreWatch(world, wish.restore, history);
    this.maintenance = new MaintenanceWatch(world, wish, { found: this.found, history });
    const { etcd } = this.found;
    this.etcd = wish.etcd === undefined ? undefined : new EtcdWatch(world, wish.etcd, { found: etcd, history });
    this.create = wish.create === undefined ? undefined : new CreateWatch(world, wish.create);
    this.nodes = wish.nodes === undefined ? undefined : new NodesWatch(world, wish.nodes);
    for (const invariant of invariants) {
      this.reached.set(invariant.number, 0);
      this.#follow(this.#watch(invariant, { world, wish, found: this.found, history }));
    }
    for (const node of this.found.cordoned) this.#cordoned.add(node);
    world.listen((event) => this.#heard(event, world));
  }

  /** A cordon is believed when the Node object shows it, whether it is announced or not, and once. */
  #heard(event: WorldEvent, world: SeenWorld): void {
    if (event.type === 'cordoned' || event.type === 'uncordoned') {
      this.#cordonMoved(event.node, event.type === 'cordoned', event.actor);
      return;
    }
    this.#tell(event);
    if (event.type !== 'object-changed' || event.kind !== 'Node') return;
    if (world.objects.get('Node', undefined, event.name) === undefined) this.#forgotten(event.name);
    else this.#cordonMoved(event.name, isUnschedulable(world, event.name), event.actor);
  }

  /** A node that is none any more was not given back. */
  #forgotten(node: string): void {
    this.#cordoned.delete(node);
    this.history.cordons.delete(node);
  }

  #cordonMoved(node: string, cordoned: boolean, actor: Actor): void {
    if (this.#cordoned.has(node) === cordoned) return;
    if (cordoned) this.#cordoned.add(node);
    else this.#cordoned.delete(node);
    this.#tell({ type: cordoned ? 'cordoned' : 'uncordoned', node, actor });
  }

  #tell(event: WorldEvent): void {
    this.history.event(event);
    this.leaders.event(event);
    this.window.event(event);
    this.restore?.event(event);
    this.maintenance.event(event);
    this.etcd?.event(event);
    this.nodes?.event(event);
    this.create?.event(event);
    for (const tell of this.#onEvent) tell(event);
  }

  #watch(invariant: Invariant, seen: Omit<Scene, 'reached' | 'broken'>): Watch {
    const { number } = invariant;
    return invariant.watch({
      ...seen,
      reached: () => this.reached.set(number, (this.reached.get(number) ?? 0) + 1),
      broken: (what) => this.breaks.push({ invariant: number, at: seen.world.kernel.now, what }),
    });
  }

  #follow(watch: Watch): void {
    if (watch.event !== undefined) this.#onEvent.push((event) => watch.event?.(event));
    if (watch.note !== undefined) this.#onNote.push((note) => watch.note?.(note));
  }

  /** Told of everything that a program does outside the cluster, in the order in which it happens. */
  note(note: Note): void {
    this.history.note(note);
    this.window.note(note);
    this.restore?.note(note);
    this.create?.note(note);
    for (const tell of this.#onNote) tell(note);
    this.history.forget(note);
  }
}
