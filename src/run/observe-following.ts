import type { Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import { observedFrom, observeNode, type Observations } from './observe.ts';
import type { Session } from './session.ts';

type AnyFact = Fact<unknown>;

/** What comes of a second question: another fact to ask, or what is known of it without asking. */
const followed = (
  session: Session,
  node: string,
  fact: AnyFact,
  known: (fact: AnyFact) => Observed<unknown>,
): { readonly ask: AnyFact } | { readonly observed: Observed<unknown> } => {
  if (fact.source.kind !== 'following') return { ask: fact };
  const seen = fact.source.needs.map(known);
  const missing = seen.find(({ kind }) => kind !== 'value');
  if (missing !== undefined) return { observed: missing };
  const next = fact.source.ask(seen.map((each) => (each.kind === 'value' ? each.value : undefined)));
  return 'source' in next ? { ask: next } : { observed: observedFrom(next, session.clock.now(), node) };
};

/**
 * Asks a node what follows from what is known already (`known`). Where that is not known, neither is the rest, for the
 * same reason. Changes nothing.
 */
export const observeFollowing = async (
  session: Session,
  node: string,
  facts: readonly AnyFact[],
  known: (fact: AnyFact) => Observed<unknown>,
): Promise<Observations> => {
  const next = facts.map((fact) => [fact.key, followed(session, node, fact, known)] as const);
  const asked = await observeNode(
    session,
    node,
    next.flatMap(([, each]) => ('ask' in each ? [each.ask] : [])),
  );
  const settled = next.flatMap(([key, each]) => ('observed' in each ? [[key, each.observed] as const] : []));
  return new Map([...asked, ...settled]);
};
