import type { DisruptionBudget } from '../facts/disruption-budgets.ts';
import { selects, type Labels } from '../facts/label-selector.ts';
import type { MovablePod } from '../facts/movable-pods.ts';
import type { NodeRoom } from '../facts/node-room.ts';
import type { NodeObject } from '../facts/nodes.ts';
import type { Taint } from '../model/taint.ts';
import type { AffinityTerm, Amounts } from '../facts/scheduling-rules.ts';
import type { TiedVolume } from '../facts/tied-volumes.ts';
import type { Workload } from '../facts/workloads.ts';
import { isDrained, isOver } from './evictable-pods.ts';
import { ownerKey, ownerOf, type Owner } from './owner.ts';

/** What was seen of the cluster. */
export interface Seen {
  readonly nodes: readonly NodeObject[];
  readonly rooms: readonly NodeRoom[];
  readonly pods: readonly MovablePod[];
  readonly budgets: readonly DisruptionBudget[];
  readonly volumes: readonly TiedVolume[];
  readonly workloads: readonly Workload[];
  /** The cluster's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/** A pod in the course of the drains, or the one that takes its place. Times are seconds from the first drain. */
export interface Actor {
  readonly pod: MovablePod;
  readonly owner?: Owner;
  readonly budgets: readonly DisruptionBudget[];
  /** Why it will not be ready by itself. */
  readonly broken?: string;
  /** It takes the place of one that was evicted. */
  readonly moved: boolean;
  /** The node that it left. */
  readonly cameFrom?: string;
  node?: string;
  /** Another node might have taken it as well. */
  guessed: boolean;
  /** Infinity: not as things are. */
  readyAt: number;
  /** Set once it was told to go. */
  goneAt?: number;
}

/** A node in the course of the drains. */
export interface Place {
  readonly name: string;
  readonly labels: Labels;
  readonly allocatable: Amounts;
  readonly taints: readonly Taint[];
  ready: boolean;
  /** Somebody else cordoned it: it takes no pods afterwards either. */
  readonly kept: boolean;
  cordoned: boolean;
  readonly actors: Set<Actor>;
  /** What its actors request, added up. */
  readonly used: Map<string, number>;
}

const count = ({ used }: Place, { pod }: Actor, sign: 1 | -1): void => {
  for (const [resource, amount] of Object.entries(pod.requests))
    used.set(resource, (used.get(resource) ?? 0) + sign * amount);
};

/** Puts an actor on a node. */
export const occupy = (place: Place, actor: Actor): void => {
  place.actors.add(actor);
  count(place, actor, 1);
};

/** It has come back from its upgrade, verified: it takes pods again unless somebody else had cordoned it. */
export const comeBack = (place: Place): void => {
  place.cordoned = place.kept;
  place.ready = true;
};

/** A cluster that can be played with. */
export interface Scene {
  readonly places: ReadonlyMap<string, Place>;
  /** The same, to begin anywhere. */
  readonly row: readonly Place[];
  /** With which of them the search for room begins next, as the scheduler's does. */
  next: number;
  readonly volumes: ReadonlyMap<string, TiedVolume>;
  /** By ownerKey. */
  readonly owned: ReadonlyMap<string, Set<Actor>>;
  /** By namespace. */
  readonly neighbours: ReadonlyMap<string, Set<Actor>>;
  /** By budgetKey. */
  readonly budgeted: ReadonlyMap<string, Set<Actor>>;
  /** Pods that no node has taken. */
  readonly waiting: Set<Actor>;
  /** Every required anti-affinity, once for an owner: it keeps other pods away too. */
  readonly avoidances: readonly { readonly pod: MovablePod; readonly term: AffinityTerm }[];
  /** Seconds that the fastest pod of an owner needed to be ready. */
  readonly startSeconds: (owner: Owner | undefined) => number;
}

export const budgetKey = ({ namespace, name }: Pick<DisruptionBudget, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;

/** Reasons of containers that will not go away by waiting. Source: kubelet, container states; lab, 1.35.4. */
const lasting: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** After so long a pod that is not ready is not taken for one that is starting. */
const longStartMs = 300_000;

const brokenBy = ({ waiting, unreadySince }: MovablePod, now: number): string | undefined => {
  const reason = waiting.find((one) => lasting.has(one));
  if (reason !== undefined || unreadySince === undefined || now - unreadySince < longStartMs) return reason;
  return `not ready for ${Math.round((now - unreadySince) / 60_000)} min`;
};

/** Where nothing tells how long a pod takes until it is ready. */
export const unknownStartSeconds = 10;

/** A pod that was not ready in between seems to have taken all that time. */
const fastest = (pods: readonly MovablePod[]): number =>
  Math.min(...pods.map(({ startSeconds = Infinity }) => (startSeconds * 1000 > longStartMs ? Infinity : startSeconds)));

const placesOf = ({ nodes, rooms }: Seen): ReadonlyMap<string, Place> => {
  const byName = new Map(rooms.map((room) => [room.name, room]));
  return new Map(
    nodes.map(({ name, taints, ready, unschedulable, cordonedBy }) => [
      name,
      {
        name,
        labels: byName.get(name)?.labels ?? {},
        allocatable: byName.get(name)?.allocatable ?? {},
        taints,
        ready: ready === 'True',
        kept: unschedulable && cordonedBy === undefined,
        cordoned: unschedulable,
        actors: new Set<Actor>(),
        used: new Map<string, number>(),
      },
    ]),
  );
};

/** Puts an actor into all that know it. */
export const enter = ({ owned, neighbours, budgeted }: Scene, actor: Actor): void => {
  neighbours.get(actor.pod.namespace)?.add(actor);
  if (actor.owner !== undefined) owned.get(ownerKey(actor.owner))?.add(actor);
  for (const budget of actor.budgets) budgeted.get(budgetKey(budget))?.add(actor);
};

/** Takes an actor out of all that know it. */
export const leave = ({ owned, neighbours, budgeted, places, waiting }: Scene, actor: Actor): void => {
  neighbours.get(actor.pod.namespace)?.delete(actor);
  if (actor.owner !== undefined) owned.get(ownerKey(actor.owner))?.delete(actor);
  for (const budget of actor.budgets) budgeted.get(budgetKey(budget))?.delete(actor);
  const place = actor.node === undefined ? undefined : places.get(actor.node);
  if (place?.actors.delete(actor) === true) count(place, actor, -1);
  waiting.delete(actor);
};

const actorOf = (pod: MovablePod, budgets: readonly DisruptionBudget[], now: number): Actor => {
  const owner = ownerOf(pod);
  const broken = pod.ready ? undefined : brokenBy(pod, now);
  // What is not ready may become so, or not: nothing is built on it.
  const readyAt = pod.ready ? 0 : Infinity;
  return {
    pod,
    ...(owner === undefined ? {} : { owner }),
    budgets,
    ...(broken === undefined ? {} : { broken }),
    moved: false,
    guessed: false,
    readyAt,
    ...(pod.node === undefined ? {} : { node: pod.node }),
    ...(pod.deleting ? { goneAt: 0 } : {}),
  };
};

const distinctAvoidances = (pods: readonly MovablePod[]): Scene['avoidances'] => [
  ...new Map(
    pods.flatMap((pod) =>
      pod.antiAffinity.map((term) => [`${pod.namespace} ${JSON.stringify(term)}`, { pod, term }] as const),
    ),
  ).values(),
];

/** What was seen, as something that can be played with. Pods that are over take no room and are left out. */
export const sceneOf = (seen: Seen): Scene => {
  const living = seen.pods.filter((pod) => !isOver(pod));
  const budgets = Map.groupBy(seen.budgets, ({ namespace }) => namespace);
  const budgetsOf = ({ namespace, labels }: MovablePod): readonly DisruptionBudget[] =>
    (budgets.get(namespace) ?? []).filter(({ selector }) => selects(selector, labels));
  const actors = living.map((pod) => actorOf(pod, budgetsOf(pod), seen.now));
  const owners = actors.flatMap(({ owner }) => (owner === undefined ? [] : [ownerKey(owner)]));
  const starts = new Map(
    [...Map.groupBy(actors, ({ owner }) => (owner === undefined ? '' : ownerKey(owner)))].map(([key, same]) => [
      key,
      fastest(same.map(({ pod }) => pod)),
    ]),
  );
  const places = placesOf(seen);
  const scene: Scene = {
    places,
    row: [...places.values()],
    next: 0,
    volumes: new Map(seen.volumes.map((volume) => [`${volume.namespace}/${volume.claim}`, volume])),
    owned: new Map(owners.map((key) => [key, new Set<Actor>()])),
    neighbours: new Map(living.map(({ namespace }) => [namespace, new Set<Actor>()])),
    budgeted: new Map(seen.budgets.map((budget) => [budgetKey(budget), new Set<Actor>()])),
    avoidances: [...Map.groupBy(actors, ({ owner }) => owner && ownerKey(owner)).values()].flatMap((same) =>
      distinctAvoidances(same.map(({ pod }) => pod)),
    ),
    waiting: new Set(actors.filter(({ node, pod }) => node === undefined && !pod.deleting)),
    startSeconds: (owner) => {
      const known = owner === undefined ? Infinity : (starts.get(ownerKey(owner)) ?? Infinity);
      return Number.isFinite(known) ? known : unknownStartSeconds;
    },
  };
  for (const actor of actors) {
    enter(scene, actor);
    const place = actor.node === undefined ? undefined : scene.places.get(actor.node);
    if (place !== undefined) occupy(place, actor);
  }
  return scene;
};

/** Ready, and not told to go: what budgets count. */
export const isHealthy = ({ goneAt, readyAt }: Actor, now: number): boolean => goneAt === undefined && readyAt <= now;

export const healthyOf = (actors: Iterable<Actor>, now: number): number =>
  [...actors].filter((actor) => isHealthy(actor, now)).length;

/** Those of a node that its drain takes away. */
export const drainedActors = ({ places }: Scene, node: string): readonly Actor[] =>
  [...(places.get(node)?.actors ?? [])].filter(({ pod }) => isDrained(pod));
