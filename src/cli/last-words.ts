import { valueOf } from '../facts/fact.ts';
import { placeKey, previousLog, type ContainerPlace } from '../facts/previous-log.ts';
import { observeCluster } from '../run/observe.ts';
import type { Session } from '../run/session.ts';

/** By place: what containers printed last before they ended; those of which nobody keeps it are left out. */
export const lastWordsOf = async (
  session: Session,
  places: readonly ContainerPlace[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const facts = places.map((place) => ({ place, fact: previousLog(place) }));
  const { observations } = await observeCluster(
    session,
    facts.map(({ fact }) => fact),
  );
  return new Map(
    facts.flatMap(({ place, fact }) => {
      const lines = valueOf(fact, observations.get(fact.key));
      return lines === undefined ? [] : [[placeKey(place), lines] as const];
    }),
  );
};
