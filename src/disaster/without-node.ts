import type { MovablePod } from '../facts/movable-pods.ts';
import { isAmong } from '../drain/node-fit.ts';
import { evictable, podName } from '../drain/evictable-pods.ts';
import { bindActor, whyNowhere } from '../drain/schedule.ts';
import { sceneOf, type Seen } from '../drain/scene.ts';

/** A pod that no other node would take, and why. */
export interface HomelessPod {
  readonly pod: string;
  readonly why: string;
}

/** What a cluster loses with a node that never comes back. */
export interface LostNode {
  readonly node: string;
  /** Those that have to be started elsewhere. */
  readonly pods: number;
  readonly homeless: readonly HomelessPod[];
  /** Nothing starts them again. */
  readonly lone: readonly string[];
  /** Of StatefulSets: not started elsewhere as long as the Node object is there. */
  readonly stateful: readonly string[];
  /** Claims whose volume only this node can reach. */
  readonly claims: readonly string[];
}

/** Volumes that every node left cannot reach. */
const claimsTiedTo = ({ volumes, nodes, rooms }: Seen, lost: string): readonly string[] => {
  const labels = new Map(rooms.map((room) => [room.name, room.labels]));
  const reaches = (name: string, terms: NonNullable<(typeof volumes)[number]['reachableFrom']>): boolean =>
    isAmong(terms, name, labels.get(name) ?? {});
  return volumes.flatMap(({ namespace, claim, reachableFrom }) => {
    if (reachableFrom === undefined || claim === '' || !reaches(lost, reachableFrom)) return [];
    return nodes.some(({ name }) => name !== lost && reaches(name, reachableFrom)) ? [] : [`${namespace}/${claim}`];
  });
};

const unplaced = ({ node: _node, ...pod }: MovablePod): MovablePod => pod;

/**
 * Where the pods of a node would go if it were gone. Pure. Where several nodes would take one the choice is a guess, as
 * with drains.
 */
export const withoutNode = (seen: Seen, lost: string): LostNode => {
  const here = evictable(seen.pods.filter(({ node }) => node === lost));
  const owned = here.filter(({ owner }) => owner !== undefined);
  const scene = sceneOf({
    ...seen,
    nodes: seen.nodes.filter(({ name }) => name !== lost),
    pods: [
      ...seen.pods.filter(({ node }) => node !== lost),
      ...owned.filter(({ deleting }) => !deleting).map(unplaced),
    ],
  });
  const moving = new Set(owned.map(podName));
  const homeless = [...scene.waiting]
    .filter(({ pod }) => moving.has(podName(pod)))
    .flatMap((actor) =>
      bindActor(scene, actor, 0).fitting.length > 0
        ? []
        : [{ pod: podName(actor.pod), why: whyNowhere(scene, actor).why }],
    );
  return {
    node: lost,
    pods: owned.length,
    homeless,
    lone: here.filter(({ owner }) => owner === undefined).map(podName),
    stateful: owned.filter(({ owner }) => owner?.kind === 'StatefulSet').map(podName),
    claims: claimsTiedTo(seen, lost),
  };
};
