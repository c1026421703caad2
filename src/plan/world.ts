import { valueOf, type Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import type { Subject } from '../model/subject.ts';

/** What is known of one cluster: by subject and fact. The planner changes a scratch of it as if the steps were done. */
export interface World {
  get(subject: Subject, fact: Fact<unknown>): Observed<unknown>;
  set(subject: Subject, fact: Fact<unknown>, observed: Observed<unknown>): void;
  /** The same world, as long as it is let alone; what is changed here is changed here only. Costs nothing to make. */
  scratch(): World;
}

/** A fact about the cluster is the same one for the steps of all its nodes. */
export const worldKey = (subject: Subject, fact: Fact<unknown>): string =>
  fact.subject === 'cluster' || subject.kind === 'cluster' ? `cluster ${fact.key}` : `node ${subject.node} ${fact.key}`;

/** What a fact about a cluster says; undefined where it is not known. */
export const known = <T>(world: World, cluster: string, fact: Fact<T>): T | undefined =>
  valueOf(fact, world.get({ kind: 'cluster', cluster }, fact));

/** `beneath`: what is known where nothing was set here. A large cluster is not copied for each question about it. */
const over = (all: Map<string, Observed<unknown>>, beneath: World['get']): World => {
  const world: World = {
    get: (subject, fact) => all.get(worldKey(subject, fact)) ?? beneath(subject, fact),
    set: (subject, fact, observed) => void all.set(worldKey(subject, fact), observed),
    scratch: () => over(new Map(), (subject, fact) => world.get(subject, fact)),
  };
  return world;
};

export const createWorld = (entries?: ReadonlyMap<string, Observed<unknown>>): World =>
  over(new Map(entries), (_subject, fact) => ({ kind: 'unavailable', why: `${fact.key} was not asked for` }));
