import type { Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';

type AnyFact = Fact<unknown>;

/** From so many parts of one whole on, the whole is asked: below, it costs a large cluster more than its parts. */
const many = 8;

const isPart = ({ partOf }: AnyFact, whole: string): boolean => partOf?.whole.key === whole;

/** The facts to ask in the place of some: one whole for many parts of it. */
export const withWholes = (facts: readonly AnyFact[]): readonly AnyFact[] => {
  const parts = facts.flatMap(({ partOf }) => (partOf === undefined ? [] : [partOf.whole]));
  const wholes = [...Map.groupBy(parts, ({ key }) => key).values()].flatMap((same) =>
    same.length < many ? [] : same.slice(0, 1),
  );
  const others = facts.filter((fact) => !wholes.some(({ key }) => key === fact.key || isPart(fact, key)));
  return [...others, ...wholes];
};

/** What was observed of a fact, or of the whole that was asked in its place. */
export const observedOf = (
  fact: AnyFact,
  observations: ReadonlyMap<string, Observed<unknown>>,
): Observed<unknown> | undefined => {
  const { partOf } = fact;
  const found = observations.get(fact.key) ?? (partOf === undefined ? undefined : observations.get(partOf.whole.key));
  if (partOf === undefined || found?.kind !== 'value' || observations.has(fact.key)) return found;
  return { ...found, value: partOf.pick(found.value) };
};
