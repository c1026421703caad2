import { ownerKey } from './owner.ts';
import { unfitOf, type Unfit } from './placement.ts';
import { type Actor, type Place, type Scene } from './scene.ts';

/** As many nodes as are compared; the scheduler does not look at all of a large cluster either. */
const compared = 50;

const loadOf = ({ allocatable, actors }: Place): number => {
  const cores = allocatable['cpu'] ?? 0;
  const taken = [...actors].reduce((sum, { pod }) => sum + (pod.requests['cpu'] ?? 0), 0);
  return (cores === 0 ? 0 : taken / cores) + actors.size / 10_000;
};

const siblings = (actor: Actor, place: Place): number =>
  [...place.actors].filter(
    ({ owner }) => owner !== undefined && actor.owner !== undefined && ownerKey(owner) === ownerKey(actor.owner),
  ).length;

/** The scheduler prefers a node without a pod of the same owner, then one with more left. */
const best = (actor: Actor, places: readonly Place[]): Place | undefined =>
  places
    .map((place) => ({ place, siblings: siblings(actor, place), load: loadOf(place) }))
    .toSorted((a, b) => a.siblings - b.siblings || a.load - b.load)[0]?.place;

export interface Scheduled {
  /** Nodes that would take it, up to a number. */
  readonly fitting: readonly Place[];
  /** There are some, all of them cordoned, and that holds wherever other pods went. */
  readonly only: boolean;
}

/** Binds a pod to the node that the scheduler will probably choose; it starts there. */
export const bindActor = (scene: Scene, actor: Actor, now: number): Scheduled => {
  const unfit = unfitOf(scene, actor.pod);
  const fitting: Place[] = [];
  let certain = true;
  for (const place of scene.places.values()) {
    const why = unfit(place);
    if (why === undefined) fitting.push(place);
    else certain &&= why.certain;
    if (fitting.length >= compared) break;
  }
  const place = best(actor, fitting);
  if (place === undefined) return { fitting, only: false };
  scene.waiting.delete(actor);
  place.actors.add(actor);
  actor.node = place.name;
  actor.guessed = fitting.length > 1;
  actor.readyAt = actor.broken === undefined ? now + scene.startSeconds(actor.owner) : Infinity;
  return { fitting, only: certain && fitting.every(({ cordoned }) => cordoned) };
};

const listed = 3;

/** `w2: too little cpu left; cp1, cp2: taint …`, and whether that holds wherever other pods went. */
export const whyNowhere = (scene: Scene, actor: Actor): Unfit => {
  const unfit = unfitOf(scene, actor.pod);
  const found = [...scene.places.values()].flatMap((place) => {
    const why = unfit(place);
    return why === undefined ? [] : [{ place, ...why }];
  });
  const groups = [...Map.groupBy(found, ({ why }) => why)].map(([why, same]) => {
    const names = same.map(({ place }) => place.name);
    const more = names.length > listed ? ` and ${names.length - listed} more` : '';
    return `${names.slice(0, listed).join(', ')}${more}: ${why}`;
  });
  return { why: groups.join('; '), certain: found.every(({ certain }) => certain) };
};
