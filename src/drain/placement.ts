import { selects } from '../facts/label-selector.ts';
import type { MovablePod } from '../facts/movable-pods.ts';
import type { AffinityTerm, SpreadRule } from '../facts/scheduling-rules.ts';
import { podName } from './evictable-pods.ts';
import { cordonTaint, isAmong, isWanted, untolerated } from './node-fit.ts';
import { ownerText } from './owner.ts';
import type { Actor, Place, Scene } from './scene.ts';

/** Why a node does not take a pod. */
export interface Unfit {
  readonly why: string;
  /** It holds wherever the pods went whose place is a guess. */
  readonly certain: boolean;
}

const taintsOf = ({ taints, cordoned }: Place) =>
  cordoned && !taints.some(({ key }) => key === cordonTaint.key) ? [...taints, cordonTaint] : taints;

/** What holds of a node as it is, whatever runs on it. */
const unfitItself = ({ volumes }: Scene, pod: MovablePod, place: Place): string | undefined => {
  const taint = untolerated(pod, taintsOf(place));
  if (taint !== undefined) return taint.key === cordonTaint.key ? 'cordoned' : `taint ${taint.key}`;
  if (!isWanted(pod, place.name, place.labels)) return 'not chosen by its node selector or affinity';
  const tied = pod.claims.find((claim) => {
    const reachable = volumes.get(`${pod.namespace}/${claim}`)?.reachableFrom;
    return reachable !== undefined && !isAmong(reachable, place.name, place.labels);
  });
  return tied === undefined ? undefined : `the volume of its claim ${tied} cannot be reached from there`;
};

/** Of the actors on a node those that hold room there. */
const certainOnes = (actors: Iterable<Actor>): readonly Actor[] => [...actors].filter(({ guessed }) => !guessed);

const lackOf = (pod: MovablePod, { allocatable }: Place, actors: readonly Actor[]): string | undefined => {
  const most = allocatable['pods'];
  if (most !== undefined && actors.length >= most) return `has its ${most} pods`;
  for (const [resource, wanted] of Object.entries(pod.requests)) {
    if (wanted === 0) continue;
    const taken = actors.reduce((sum, actor) => sum + (actor.pod.requests[resource] ?? 0), 0);
    // Sums of fractions of a core differ from what they stand for in the last digits.
    if (taken + wanted > (allocatable[resource] ?? 0) + 1e-6) return `too little ${resource} left`;
  }
  const taken = new Set(actors.flatMap((actor) => actor.pod.hostPorts));
  const port = pod.hostPorts.find((one) => taken.has(one));
  return port === undefined ? undefined : `port ${port} is taken`;
};

const lacksRoom = (pod: MovablePod, place: Place): Unfit | undefined => {
  const why = lackOf(pod, place, [...place.actors]);
  return why === undefined ? undefined : { why, certain: lackOf(pod, place, certainOnes(place.actors)) !== undefined };
};

const inDomain = function* ({ places }: Scene, key: string, place: Place): Iterable<Actor> {
  const domain = place.labels[key];
  if (domain === undefined) return;
  if (key === 'kubernetes.io/hostname') yield* place.actors;
  else for (const other of places.values()) if (other.labels[key] === domain) yield* other.actors;
};

const isMeant = ({ selector, namespaces }: AffinityTerm, from: MovablePod, other: MovablePod): boolean =>
  (namespaces === 'all' || (namespaces ?? [from.namespace]).includes(other.namespace)) &&
  selects(selector, other.labels);

const named = ({ pod, owner, moved }: Actor): string =>
  moved && owner !== undefined ? `one of ${ownerText(owner)}` : podName(pod);

const met = (scene: Scene, key: string, place: Place, meets: (other: Actor) => boolean): Unfit | undefined => {
  const others = [...inDomain(scene, key, place)].filter(meets);
  const [first] = others;
  if (first === undefined) return undefined;
  return { why: `must not share ${key} with ${named(first)}`, certain: certainOnes(others).length > 0 };
};

/** Anti-affinity holds both ways. Source: kubernetes.io, Assigning Pods to Nodes. */
const avoided = (scene: Scene, pod: MovablePod, place: Place): Unfit | undefined => {
  const own = pod.antiAffinity.map((term) =>
    met(scene, term.topologyKey, place, (other) => isMeant(term, pod, other.pod)),
  );
  // Most terms are about pods of their own kind only: the others are ruled out before a whole domain is gone through.
  const foreign = scene.avoidances
    .filter(({ pod: other, term }) => isMeant(term, other, pod))
    .map(({ term: { topologyKey: key } }) =>
      met(scene, key, place, (other) =>
        other.pod.antiAffinity.some((term) => term.topologyKey === key && isMeant(term, other.pod, pod)),
      ),
    );
  return [...own, ...foreign].find((one) => one !== undefined);
};

const missed = (scene: Scene, pod: MovablePod, place: Place): Unfit | undefined => {
  for (const term of pod.affinity) {
    const { topologyKey: key } = term;
    if (place.labels[key] === undefined) return { why: `has no label ${key}`, certain: true };
    if ([...inDomain(scene, key, place)].some((other) => isMeant(term, pod, other.pod))) continue;
    const elsewhere = [...scene.places.values()]
      .flatMap(({ actors }) => [...actors])
      .filter((other) => isMeant(term, pod, other.pod));
    // The first of its kind may go anywhere.
    if (elsewhere.length === 0 && isMeant(term, pod, pod)) continue;
    return {
      why: `no pod is there that it must share ${key} with`,
      certain: elsewhere.every(({ guessed }) => !guessed),
    };
  }
  return undefined;
};

interface Spread {
  /** Pods that count, by domain; every domain that counts is in it. */
  readonly counts: ReadonlyMap<string, number>;
  readonly guessed: boolean;
}

/** Source: kubernetes.io, Pod Topology Spread Constraints; pods that are going do not count. */
const spreadOf = ({ places }: Scene, rule: SpreadRule, pod: MovablePod): Spread => {
  const counts = new Map<string, number>();
  let guessed = false;
  for (const place of places.values()) {
    const domain = place.labels[rule.topologyKey];
    if (domain === undefined || pod.spread.some(({ topologyKey }) => place.labels[topologyKey] === undefined)) continue;
    if (rule.honorsAffinity && !isWanted(pod, place.name, place.labels)) continue;
    if (rule.honorsTaints && untolerated(pod, taintsOf(place)) !== undefined) continue;
    const counted = [...place.actors].filter(
      ({ pod: other, goneAt }) =>
        goneAt === undefined &&
        other.namespace === pod.namespace &&
        selects(rule.selector, other.labels) &&
        rule.sameLabels.every((key) => other.labels[key] === pod.labels[key]),
    );
    guessed ||= counted.some((actor) => actor.guessed);
    counts.set(domain, (counts.get(domain) ?? 0) + counted.length);
  }
  return { counts, guessed };
};

interface KeptRule {
  readonly rule: SpreadRule;
  readonly spread: Spread;
  readonly fewest: number;
}

const keptRules = (scene: Scene, pod: MovablePod): readonly KeptRule[] =>
  pod.spread.map((rule) => {
    const spread = spreadOf(scene, rule, pod);
    const fewest = spread.counts.size < (rule.minDomains ?? 1) ? 0 : Math.min(...spread.counts.values());
    return { rule, spread, fewest };
  });

const skewed = (rules: readonly KeptRule[], pod: MovablePod, place: Place): Unfit | undefined => {
  for (const { rule, spread, fewest } of rules) {
    const domain = place.labels[rule.topologyKey];
    if (domain === undefined) return { why: `has no label ${rule.topologyKey}`, certain: true };
    const own = selects(rule.selector, pod.labels) ? 1 : 0;
    if ((spread.counts.get(domain) ?? 0) + own - fewest > rule.maxSkew)
      return {
        why: `topology spread: more than ${rule.maxSkew} beyond the emptiest ${rule.topologyKey}`,
        certain: !spread.guessed,
      };
  }
  return undefined;
};

/**
 * Why the scheduler would not put a pod on a node now, or undefined where it may: asked of one pod for several nodes,
 * while nothing moves. Source: kubernetes.io, Scheduling, Preemption and Eviction; the filters of kube-scheduler. Not
 * seen: preemption, volumes per node, resource claims, schedulers of one's own.
 */
export const unfitOf = (scene: Scene, pod: MovablePod): ((place: Place) => Unfit | undefined) => {
  const rules = keptRules(scene, pod);
  return (place) => {
    if (!place.ready) return { why: 'not Ready', certain: true };
    const itself = unfitItself(scene, pod, place);
    if (itself !== undefined) return { why: itself, certain: true };
    return (
      lacksRoom(pod, place) ?? skewed(rules, pod, place) ?? avoided(scene, pod, place) ?? missed(scene, pod, place)
    );
  };
};
