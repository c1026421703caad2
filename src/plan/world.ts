import { valueOf, type Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import type { Subject } from '../model/subject.ts';

/** What is known of one cluster: by subject and fact. The planner changes a copy of it as if the steps were done. */
export interface World {
  get(subject: Subject, fact: Fact<unknown>): Observed<unknown>;
  set(subject: Subject, fact: Fact<unknown>, observed: Observed<unknown>): void;
  copy(): World;
  /** The same world, as long as it is let alone; what is changed here is changed here only. Costs nothing to make. */
  scratch(): World;
}

/** A fact about the cluster is the same one for the steps of all its nodes. */
export const worldKey = (subject: Subject, fact: Fact<unknown>): string =>
  fact.subject === 'cluster' || subject.kind === 'cluster' ? `cluster ${fact.key}` : `node ${subject.node} ${fact.key}`;

/** What a fact about a cluster says; undefined where it is not known. */
export const known = <T>(world: World, cluster: string, fact: Fact<T>): T | undefined =>
  valueOf(fact, world.get({ kind: 'cluster', cluster }, fact));

type Entries = ReadonlyMap<string, Observed<unknown>>;

/** `beneath`: what is known where `all` says nothing, the nearest first. A large cluster is not copied for each question. */
const layered = (all: Map<string, Observed<unknown>>, beneath: readonly Entries[]): World => {
  const layers = [all, ...beneath];
  const found = (key: string): Observed<unknown> | undefined => {
    for (const layer of layers) {
      const observed = layer.get(key);
      if (observed !== undefined) return observed;
    }
    return undefined;
  };
  return {
    get: (subject, fact) =>
      found(worldKey(subject, fact)) ?? { kind: 'unavailable', why: `${fact.key} was not asked for` },
    set: (subject, fact, observed) => void all.set(worldKey(subject, fact), observed),
    copy: () => createWorld(new Map(layers.toReversed().flatMap((layer) => [...layer]))),
    scratch: () => layered(new Map(), layers),
  };
};

export const createWorld = (entries?: Entries): World => layered(new Map(entries), []);
