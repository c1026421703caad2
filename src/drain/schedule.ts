import { ownerKey } from './owner.ts';
import { unfitOf, type Unfit } from './placement.ts';
import { occupy, type Actor, type Place, type Scene } from './scene.ts';

/** As many nodes as are compared; the scheduler does not look at all of a large cluster either. */
const compared = 20;

const loadOf = ({ allocatable, actors, used }: Place): number => {
  const cores = allocatable['cpu'] ?? 0;
  return (cores === 0 ? 0 : (used.get('cpu') ?? 0) / cores) + actors.size / 10_000;
};

/** How many pods of the same owner are on each node. */
const siblingsOf = ({ owned }: Scene, { owner }: Actor): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { node } of owner === undefined ? [] : (owned.get(ownerKey(owner)) ?? []))
    if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
};

/** The scheduler prefers a node without a pod of the same owner, then one with more left. */
const best = (scene: Scene, actor: Actor, places: readonly Place[]): Place | undefined => {
  const siblings = siblingsOf(scene, actor);
  return places
    .map((place) => ({ place, siblings: siblings.get(place.name) ?? 0, load: loadOf(place) }))
    .toSorted((a, b) => a.siblings - b.siblings || a.load - b.load)[0]?.place;
};

export interface Scheduled {
  /** Nodes that would take it, up to a number. */
  readonly fitting: readonly Place[];
  /** There are some, all of them cordoned, and that holds wherever other pods went. */
  readonly only: boolean;
}

/** Binds a pod to the node that the scheduler will probably choose; it starts there. */
export const bindActor = (scene: Scene, actor: Actor, now: number): Scheduled => {
  const unfit = unfitOf(scene, actor.pod);
  const { row, next } = scene;
  const fitting: Place[] = [];
  const others: Unfit[] = [];
  for (let step = 0; step < row.length && fitting.length < compared; step += 1) {
    scene.next = (next + step + 1) % row.length;
    const place = row[(next + step) % row.length];
    const why = place === undefined ? undefined : unfit(place);
    if (why !== undefined) others.push(why);
    else if (place !== undefined) fitting.push(place);
  }
  const place = best(scene, actor, fitting);
  if (place === undefined) return { fitting, only: false };
  scene.waiting.delete(actor);
  occupy(place, actor);
  actor.node = place.name;
  actor.guessed = fitting.length > 1;
  actor.readyAt = actor.broken === undefined ? now + scene.startSeconds(actor.owner) : Infinity;
  return { fitting, only: fitting.every(({ cordoned }) => cordoned) && others.every(({ certain }) => certain()) };
};

const listed = 3;

/** `w2: too little cpu left; cp1, cp2: taint …`, and whether that holds wherever other pods went. */
export const whyNowhere = (scene: Scene, actor: Actor): { readonly why: string; readonly certain: boolean } => {
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
  return { why: groups.join('; '), certain: found.every(({ certain }) => certain()) };
};
