import { valueOf, type Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import type { Subject } from '../model/subject.ts';

/** What is known of one cluster: by subject and fact. The planner changes a copy of it as if the steps were done. */
export interface World {
  get(subject: Subject, fact: Fact<unknown>): Observed<unknown>;
  set(subject: Subject, fact: Fact<unknown>, observed: Observed<unknown>): void;
  copy(): World;
}

/** A fact about the cluster is the same one for the steps of all its nodes. */
export const worldKey = (subject: Subject, fact: Fact<unknown>): string =>
  fact.subject === 'cluster' || subject.kind === 'cluster' ? `cluster ${fact.key}` : `node ${subject.node} ${fact.key}`;

/** What a fact about a cluster says; undefined where it is not known. */
export const known = <T>(world: World, cluster: string, fact: Fact<T>): T | undefined =>
  valueOf(fact, world.get({ kind: 'cluster', cluster }, fact));

export const createWorld = (entries?: ReadonlyMap<string, Observed<unknown>>): World => {
  const all = new Map(entries);
  return {
    get: (subject, fact) =>
      all.get(worldKey(subject, fact)) ?? { kind: 'unavailable', why: `${fact.key} was not asked for` },
    set: (subject, fact, observed) => void all.set(worldKey(subject, fact), observed),
    copy: () => createWorld(all),
  };
};
