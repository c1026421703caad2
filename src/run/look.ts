import type { Fact, FactPlace } from '../facts/fact.ts';
import type { World } from '../plan/world.ts';
import { keptBy } from '../steps/condition.ts';
import { factsOf, type BoundStep } from '../steps/step.ts';
import { observeFollowing } from './observe-following.ts';
import { observeCluster, observeNode } from './observe.ts';
import type { Session } from './session.ts';

const distinct = (facts: readonly Fact<unknown>[]): readonly Fact<unknown>[] => [
  ...new Map(facts.map((fact) => [fact.key, fact])).values(),
];

const isFollowing = ({ source }: Fact<unknown>): boolean => source.kind === 'following';

/** What a fact needs stands before it. */
const withNeeds = (fact: Fact<unknown>): readonly Fact<unknown>[] =>
  fact.source.kind === 'following' ? [...fact.source.needs, fact] : [fact];

const factsAbout = (steps: readonly BoundStep[], subject: 'node' | 'cluster'): readonly Fact<unknown>[] =>
  distinct(
    steps.flatMap((step) =>
      factsOf(step)
        .flatMap(withNeeds)
        .filter((fact) => fact.subject === subject),
    ),
  );

const lookAtNode = async (session: Session, node: string, steps: readonly BoundStep[], world: World): Promise<void> => {
  const facts = factsAbout(steps, 'node').filter((fact) => !isFollowing(fact));
  const observations = await observeNode(session, node, facts);
  const on = steps[0]?.on;
  for (const fact of facts) {
    const observed = observations.get(fact.key);
    if (on !== undefined && observed !== undefined) world.set(on, fact, observed);
  }
};

/** The second round of a node, once what is needed for it was looked at. */
const lookFurther = async (
  session: Session,
  node: string,
  steps: readonly BoundStep[],
  world: World,
): Promise<void> => {
  const on = steps[0]?.on;
  const facts = factsAbout(steps, 'node').filter(isFollowing);
  if (on === undefined || facts.length === 0) return;
  const observations = await observeFollowing(session, node, facts, (fact) => world.get(on, fact));
  for (const fact of facts) {
    const observed = observations.get(fact.key);
    if (observed !== undefined) world.set(on, fact, observed);
  }
};

/** Looks at facts about the cluster and writes them into the world; returns the control plane that was asked. */
export const lookAtCluster = async (
  session: Session,
  facts: readonly Fact<unknown>[],
  world: World,
): Promise<FactPlace> => {
  const { observations, place } = await observeCluster(session, facts);
  for (const fact of facts) {
    const observed = observations.get(fact.key);
    if (observed !== undefined) world.set({ kind: 'cluster', cluster: session.cluster.name }, fact, observed);
  }
  return place;
};

/**
 * Looks at everything that some steps want to know, all nodes at once, one round trip each (two, where one
 * answer is needed for another question), and writes it into the
 * world. Returns the control plane through which the cluster was seen.
 */
const lookAtOnce = async (session: Session, steps: readonly BoundStep[], world: World): Promise<FactPlace> => {
  const onNodes = steps.flatMap((step) => (step.on.kind === 'node' ? [{ node: step.on.node, step }] : []));
  const byNode = Map.groupBy(onNodes, ({ node }) => node);
  const onNode = [...byNode].map(([node, asked]) => [node, asked.map(({ step }) => step)] as const);
  const [place] = await Promise.all([
    lookAtCluster(session, factsAbout(steps, 'cluster'), world),
    ...onNode.map(([node, asked]) => lookAtNode(session, node, asked, world)),
  ]);
  await Promise.all(onNode.map(([node, asked]) => lookFurther(session, node, asked, world)));
  return place;
};

/** A step's conditions by themselves, as if it had nothing else to look at. */
const conditionsAlone = (step: BoundStep): BoundStep => ({ ...step, facts: {}, ownLook: false });

/** What the operator wrote is asked only where it is wanted: elsewhere it may not even be there. */
const lookWhereWanted = async (session: Session, steps: readonly BoundStep[], world: World): Promise<FactPlace> => {
  await lookAtOnce(session, steps.map(conditionsAlone), world);
  const wanted = steps.filter(
    (step) => !step.ownLook || keptBy(step.conditions, (fact) => world.get(step.on, fact)) === undefined,
  );
  return lookAtOnce(session, wanted, world);
};

/**
 * Looks at everything that some steps want to know, what the operator wrote only where its `when:` holds. Returns the
 * control plane through which the cluster was seen.
 */
export const look = (session: Session, steps: readonly BoundStep[], world: World): Promise<FactPlace> =>
  steps.some(({ ownLook, conditions }) => ownLook && conditions.length > 0)
    ? lookWhereWanted(session, steps, world)
    : lookAtOnce(session, steps, world);
