import { secondsOut } from './course.ts';
import { endingSeconds, replacedAtOnce, retrySeconds } from './leaving.ts';
import { OutageWatch } from './outage-watch.ts';
import { bindActor, whyNowhere } from './schedule.ts';
import {
  budgetKey,
  comeBack,
  drainedActors,
  enter,
  healthyOf,
  isHealthy,
  leave,
  type Actor,
  type Scene,
} from './scene.ts';
import type { DisruptionBudget } from '../facts/disruption-budgets.ts';
import { selects } from '../facts/label-selector.ts';
import type { ComesBack, DrainTrace, Homeless, Lacking, Play, Stage, Trace } from './trace.ts';

interface Lane {
  readonly node: string;
  readonly trace: DrainTrace;
  readonly outSeconds: Stage['outSeconds'];
  /** When it asks again for those that were refused. */
  retryAt: number;
  returnsAt: number;
}

/** Plays the drains through: what is evicted when, where it comes up again, and what waits for what. */
class Rollout {
  readonly #scene: Scene;
  readonly #play: Play;
  readonly #going = new Set<Actor>();
  /** Taken away although their budgets would not let them go: nothing that follows of it is told. */
  readonly #cleared = new Set<Actor>();
  readonly #times = new Set<number>();
  readonly #drains: DrainTrace[] = [];
  readonly #homeless: Homeless[] = [];
  readonly #comesBack: ComesBack[] = [];
  readonly #watch: OutageWatch;
  #lanes: Lane[] = [];
  #now = 0;

  constructor(scene: Scene, play: Play) {
    this.#scene = scene;
    this.#play = play;
    this.#watch = new OutageWatch(scene);
    for (const { actors } of scene.places.values())
      for (const actor of actors) {
        if (actor.goneAt !== undefined) this.#going.add(actor);
        if (actor.readyAt > 0) this.#at(actor.readyAt);
      }
  }

  run(): Trace {
    for (const stage of this.#play.stages) this.#runStage(stage);
    return { drains: this.#drains, homeless: this.#homeless, comesBack: this.#comesBack, outages: this.#watch.outages };
  }

  #at(time: number): void {
    if (Number.isFinite(time) && time > this.#now) this.#times.add(time);
  }

  #runStage(stage: Stage): void {
    const queue = [...stage.nodes];
    for (;;) {
      this.#settle();
      while (this.#lanes.length < stage.atOnce && queue.length > 0) this.#begin(queue.shift() ?? '', stage);
      if (this.#lanes.length === 0) return;
      this.#evictAll();
      this.#watch.look(this.#now, [...this.#going], this.#cleared);
      this.#now = Math.min(...this.#times);
      this.#times.delete(this.#now);
    }
  }

  /** What this moment brings: pods are gone, drains are over, nodes are back. */
  #settle(): void {
    const gone = [...this.#going].filter(({ goneAt = 0 }) => goneAt <= this.#now);
    for (const actor of gone) this.#gone(actor);
    // Room that becomes free is on nodes that take no pods: only who had to keep away from somebody has new hope.
    const hopeful = (actor: Actor): boolean => gone.length > 0 && this.#keepsAway(actor);
    let back = this.#now === 0;
    for (const lane of this.#lanes) {
      const { trace } = lane;
      if (lane.returnsAt === Infinity && trace.leaving.every((actor) => this.#isGone(actor))) {
        trace.endedAt = this.#now;
        lane.returnsAt = this.#now + secondsOut(lane.outSeconds);
        this.#at(lane.returnsAt);
      }
      if (lane.returnsAt <= this.#now && lane.outSeconds !== 'for-good') {
        const place = this.#scene.places.get(lane.node);
        if (place !== undefined) comeBack(place);
        back = true;
      } else if (lane.returnsAt === Infinity) this.#askAgain(lane);
    }
    this.#lanes = this.#lanes.filter(({ returnsAt }) => returnsAt > this.#now);
    for (const actor of this.#scene.waiting) if (back || hopeful(actor)) this.#bind(actor);
  }

  #keepsAway({ pod }: Actor): boolean {
    return pod.antiAffinity.length > 0 || this.#scene.avoidances.some(({ term }) => selects(term.selector, pod.labels));
  }

  #isGone({ goneAt }: Actor): boolean {
    return goneAt !== undefined && goneAt <= this.#now;
  }

  /** Something has changed: the next time that kubectl asks may have another answer. */
  #askAgain(lane: Lane): void {
    if (lane.retryAt >= this.#now) return;
    const { startedAt } = lane.trace;
    const next = startedAt + Math.ceil((this.#now - startedAt) / retrySeconds) * retrySeconds;
    lane.retryAt = Math.min(next, startedAt + this.#play.timeoutSeconds);
    this.#at(lane.retryAt);
  }

  #begin(node: string, { outSeconds }: Stage): void {
    const place = this.#scene.places.get(node);
    if (place !== undefined) place.cordoned = true;
    const trace: DrainTrace = {
      node,
      startedAt: this.#now,
      endedAt: this.#now,
      leaving: drainedActors(this.#scene, node),
      refused: [],
      waited: new Set(),
    };
    this.#drains.push(trace);
    const lane: Lane = { node, trace, outSeconds, retryAt: this.#now, returnsAt: Infinity };
    if (trace.leaving.length === 0) lane.returnsAt = this.#now + secondsOut(outSeconds);
    this.#at(lane.returnsAt);
    this.#at(this.#now + this.#play.timeoutSeconds);
    this.#lanes.push(lane);
  }

  #evictAll(): void {
    const asking = this.#lanes.filter(({ returnsAt, retryAt }) => returnsAt === Infinity && retryAt === this.#now);
    const queues = asking.map((lane) => ({
      lane,
      left: lane.trace.leaving.filter(({ goneAt }) => goneAt === undefined),
    }));
    // In turns: one of each node; otherwise the first node's pods all come before the second's.
    const longest = Math.max(0, ...queues.map(({ left }) => left.length));
    if (this.#play.inTurns)
      for (let index = 0; index < longest; index += 1)
        queues.forEach(({ lane, left }, which) => {
          const actor = left.at(which % 2 === 0 ? index : -1 - index);
          if (actor !== undefined) this.#tryEvict(lane, actor);
        });
    else for (const { lane, left } of queues) for (const actor of left) this.#tryEvict(lane, actor);
    for (const lane of asking) if (this.#now - lane.trace.startedAt >= this.#play.timeoutSeconds) this.#giveUp(lane);
  }

  #tryEvict({ trace }: Lane, actor: Actor): void {
    if (this.#guarding(actor) === undefined) this.#evict(actor);
    else trace.waited.add(actor);
  }

  /**
   * The budget that does not let a pod go now. Where there are two, the pod is told of anyhow.
   * Source: k8s.io/kubernetes, pkg/registry/core/pod/storage/eviction.go.
   */
  #guarding(actor: Actor): DisruptionBudget | undefined {
    const [budget, ...more] = actor.budgets;
    if (budget === undefined) return undefined;
    if (more.length > 0 || this.#play.hopeless.has(budgetKey(budget))) {
      this.#cleared.add(actor);
      return undefined;
    }
    const healthy = isHealthy(actor, this.#now);
    if (!healthy && (actor.moved || actor.pod.phase === 'Pending' || budget.freesUnhealthy)) return undefined;
    const { desiredHealthy } = budget;
    const currentHealthy = healthyOf(this.#scene.budgeted.get(budgetKey(budget)) ?? [], this.#now);
    if (!healthy && currentHealthy >= desiredHealthy && desiredHealthy > 0) return undefined;
    return currentHealthy > desiredHealthy ? undefined : budget;
  }

  #evict(actor: Actor): void {
    actor.goneAt = this.#now + endingSeconds(actor);
    this.#at(actor.goneAt);
    this.#going.add(actor);
    if (actor.owner !== undefined && replacedAtOnce.has(actor.owner.kind)) this.#replace(actor);
  }

  #gone(actor: Actor): void {
    this.#going.delete(actor);
    leave(this.#scene, actor);
    // What was on its way out when it was seen has been replaced by then, or is about to be.
    if (actor.owner === undefined || replacedAtOnce.has(actor.owner.kind)) return;
    if (!actor.pod.mirror && actor.owner.kind !== 'DaemonSet') this.#replace(actor);
  }

  #replace({ node, ...actor }: Actor): void {
    const { goneAt: _gone, ...rest } = actor;
    const heir: Actor = {
      ...rest,
      moved: true,
      guessed: false,
      readyAt: Infinity,
      ...(node === undefined ? {} : { cameFrom: node }),
    };
    enter(this.#scene, heir);
    this.#bind(heir);
    if (heir.node !== undefined || node === undefined) return;
    this.#scene.waiting.add(heir);
    this.#homeless.push({ actor: heir, node, ...whyNowhere(this.#scene, heir) });
  }

  #bind(actor: Actor): void {
    const { fitting, only } = bindActor(this.#scene, actor, this.#now);
    this.#at(actor.readyAt);
    const node = fitting.find(({ cordoned }) => cordoned)?.name;
    if (node !== undefined) this.#comesBack.push({ actor, node, only });
  }

  /** The time is over: what did not go is noted, and taken for cleared away. */
  #giveUp({ trace }: Lane): void {
    const left = trace.leaving.filter(({ goneAt }) => goneAt === undefined);
    for (const actor of left) {
      const budget = this.#guarding(actor);
      if (budget === undefined) continue;
      const lacking = this.#lackingOf(budget);
      trace.refused.push({ actor, budget, lacking, moving: this.#isMoving(lacking) });
    }
    for (const actor of left) {
      this.#cleared.add(actor);
      this.#evict(actor);
    }
  }

  #isMoving(lacking: readonly Lacking[]): boolean {
    const coming = lacking.some(({ actor, homeless }) => !homeless && Number.isFinite(actor.readyAt));
    return coming || this.#lanes.some(({ returnsAt }) => Number.isFinite(returnsAt));
  }

  #lackingOf(budget: DisruptionBudget): readonly Lacking[] {
    const ill = [...(this.#scene.budgeted.get(budgetKey(budget)) ?? [])].filter(
      (actor) => actor.goneAt === undefined && !isHealthy(actor, this.#now),
    );
    return ill.map((actor) => {
      if (actor.node === undefined) return { actor, homeless: true, ...whyNowhere(this.#scene, actor) };
      const { broken } = actor;
      return { actor, homeless: false, why: broken ?? 'not yet', certain: broken !== undefined && !actor.guessed };
    });
  }
}

/** Plays some drains through on a scene, which is used up by it. */
export const playDrains = (scene: Scene, play: Play): Trace => new Rollout(scene, play).run();
