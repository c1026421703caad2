import type { Fact, FactPlace } from '../facts/fact.ts';
import type { World } from '../plan/world.ts';
import type { BoundStep } from '../steps/step.ts';
import { observeCluster, observeNode } from './observe.ts';
import type { Session } from './session.ts';

const distinct = (facts: readonly Fact<unknown>[]): readonly Fact<unknown>[] => [
  ...new Map(facts.map((fact) => [fact.key, fact])).values(),
];

const factsAbout = (steps: readonly BoundStep[], subject: 'node' | 'cluster'): readonly Fact<unknown>[] =>
  distinct(steps.flatMap(({ facts }) => Object.values(facts).filter((fact) => fact.subject === subject)));

const lookAtNode = async (session: Session, node: string, steps: readonly BoundStep[], world: World): Promise<void> => {
  const facts = factsAbout(steps, 'node');
  const observations = await observeNode(session, node, facts);
  const on = steps[0]?.on;
  for (const fact of facts) {
    const observed = observations.get(fact.key);
    if (on !== undefined && observed !== undefined) world.set(on, fact, observed);
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
 * Looks at everything that some steps want to know, all nodes at once, one round trip each, and writes it into the
 * world. Returns the control plane through which the cluster was seen.
 */
export const look = async (session: Session, steps: readonly BoundStep[], world: World): Promise<FactPlace> => {
  const onNodes = steps.flatMap((step) => (step.on.kind === 'node' ? [{ node: step.on.node, step }] : []));
  const byNode = Map.groupBy(onNodes, ({ node }) => node);
  const [place] = await Promise.all([
    lookAtCluster(session, factsAbout(steps, 'cluster'), world),
    ...[...byNode].map(([node, asked]) =>
      lookAtNode(
        session,
        node,
        asked.map(({ step }) => step),
        world,
      ),
    ),
  ]);
  return place;
};
