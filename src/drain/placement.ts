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
  /** Whether it holds wherever the pods went whose place is a guess. */
  readonly certain: () => boolean;
}

const always = (): boolean => true;

/** Written by the node controller of what is so now: what counts is whether a node is cordoned, or Ready, by then. */
const passing: ReadonlySet<string> = new Set([
  cordonTaint.key,
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
]);

const taintsOf = ({ taints, cordoned }: Place) => {
  const others = taints.filter(({ key }) => !passing.has(key));
  return cordoned ? [...others, cordonTaint] : others;
};

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

/** `taken`: what is requested on the node so far. */
const lackOf = (
  pod: MovablePod,
  { allocatable }: Place,
  actors: number,
  taken: (resource: string) => number,
): string | undefined => {
  const most = allocatable['pods'];
  if (most !== undefined && actors >= most) return `has its ${most} pods`;
  const short = Object.entries(pod.requests).find(
    // Sums of fractions of a core differ from what they stand for in the last digits.
    ([resource, wanted]) => wanted > 0 && taken(resource) + wanted > (allocatable[resource] ?? 0) + 1e-6,
  );
  return short === undefined ? undefined : `too little ${short[0]} left`;
};

const takenPort = ({ hostPorts }: MovablePod, actors: Iterable<Actor>): number | undefined => {
  if (hostPorts.length === 0) return undefined;
  const taken = new Set([...actors].flatMap(({ pod }) => pod.hostPorts));
  return hostPorts.find((port) => taken.has(port));
};

const lacksRoom = (pod: MovablePod, place: Place): Unfit | undefined => {
  const port = takenPort(pod, place.actors);
  if (port !== undefined)
    return { why: `port ${port} is taken`, certain: () => takenPort(pod, certainOnes(place.actors)) !== undefined };
  const why = lackOf(pod, place, place.actors.size, (resource) => place.used.get(resource) ?? 0);
  if (why === undefined) return undefined;
  return {
    why,
    certain: () => {
      const sure = certainOnes(place.actors);
      const sum = (resource: string) => sure.reduce((all, actor) => all + (actor.pod.requests[resource] ?? 0), 0);
      return lackOf(pod, place, sure.length, sum) !== undefined;
    },
  };
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
  return { why: `must not share ${key} with ${named(first)}`, certain: () => certainOnes(others).length > 0 };
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
    if (place.labels[key] === undefined) return { why: `has no label ${key}`, certain: always };
    if ([...inDomain(scene, key, place)].some((other) => isMeant(term, pod, other.pod))) continue;
    const elsewhere = [...scene.places.values()]
      .flatMap(({ actors }) => [...actors])
      .filter((other) => isMeant(term, pod, other.pod));
    // The first of its kind may go anywhere.
    if (elsewhere.length === 0 && isMeant(term, pod, pod)) continue;
    return {
      why: `no pod is there that it must share ${key} with`,
      certain: () => elsewhere.every(({ guessed }) => !guessed),
    };
  }
  return undefined;
};

interface Spread {
  /** Pods that count, by domain; every domain that counts is in it. */
  readonly counts: ReadonlyMap<string, number>;
  readonly guessed: boolean;
}

/** Which domain each node that counts belongs to. */
const domainsOf = ({ places }: Scene, rule: SpreadRule, pod: MovablePod): ReadonlyMap<string, string> => {
  const domains = new Map<string, string>();
  for (const place of places.values()) {
    const domain = place.labels[rule.topologyKey];
    if (domain === undefined || pod.spread.some(({ topologyKey }) => place.labels[topologyKey] === undefined)) continue;
    if (rule.honorsAffinity && !isWanted(pod, place.name, place.labels)) continue;
    if (rule.honorsTaints && untolerated(pod, taintsOf(place)) !== undefined) continue;
    domains.set(place.name, domain);
  }
  return domains;
};

/** Source: kubernetes.io, Pod Topology Spread Constraints; pods that are going do not count. */
const spreadOf = (scene: Scene, rule: SpreadRule, pod: MovablePod): Spread => {
  const domains = domainsOf(scene, rule, pod);
  const counts = new Map([...domains.values()].map((domain) => [domain, 0]));
  let guessed = false;
  for (const { node = '', goneAt, pod: other, guessed: perhaps } of scene.neighbours.get(pod.namespace) ?? []) {
    const domain = domains.get(node);
    if (domain === undefined || goneAt !== undefined || !selects(rule.selector, other.labels)) continue;
    if (rule.sameLabels.some((key) => other.labels[key] !== pod.labels[key])) continue;
    guessed ||= perhaps;
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
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
    if (domain === undefined) return { why: `has no label ${rule.topologyKey}`, certain: always };
    const own = selects(rule.selector, pod.labels) ? 1 : 0;
    if ((spread.counts.get(domain) ?? 0) + own - fewest > rule.maxSkew)
      return {
        why: `topology spread: more than ${rule.maxSkew} beyond the emptiest ${rule.topologyKey}`,
        certain: () => !spread.guessed,
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
    if (!place.ready) return { why: 'not Ready', certain: always };
    const itself = unfitItself(scene, pod, place);
    if (itself !== undefined) return { why: itself, certain: always };
    return (
      lacksRoom(pod, place) ?? skewed(rules, pod, place) ?? avoided(scene, pod, place) ?? missed(scene, pod, place)
    );
  };
};
