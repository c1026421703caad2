import type { Finding } from '../documents/finding.ts';
import { didYouMean } from '../documents/nearest.ts';
import { asList, asMap, asText, valueAt, type Path, type RawMap } from '../documents/raw.ts';
import { firstUses } from './first-uses.ts';
import type { RuleContext } from './rule-context.ts';
import type { ClusterSketch, Sketch } from './sketch.ts';

/** A list of hooks as an inventory has it. */
export interface HookList {
  /** Where it stands in a layer. */
  readonly at: Path;
  /** What `on` may be beside the name of a node. */
  readonly places: readonly string[];
}

interface Hook {
  readonly raw: RawMap;
  readonly path: Path;
}

const hooksOf = (layer: RawMap, path: Path, { at }: HookList): readonly Hook[] =>
  asList(valueAt(layer, at)).flatMap((value, index) => {
    const raw = asMap(value);
    return raw === undefined ? [] : [{ raw, path: [...path, ...at, index] }];
  });

/** A hook's name tells its log and what is kept of it from those of the others. */
const ownNames = (hooks: readonly Hook[], { placeOf }: RuleContext): readonly Finding[] =>
  firstUses(
    hooks.map(({ raw, path }) => ({ key: asText(raw['name']), path: [...path, 'name'] })),
    ({ key, first }) => `the hook name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
  );

/** A hook of a layer runs in every cluster that has none of a later one: each of them needs such a node. */
const knownPlaces = (
  hooks: readonly Hook[],
  clusters: readonly ClusterSketch[],
  { places }: HookList,
): readonly Finding[] =>
  hooks.flatMap(({ raw, path }): readonly Finding[] => {
    const on = asText(raw['on']);
    if (on === undefined || places.includes(on)) return [];
    const without = clusters.find(({ nodes }) => !nodes.some(({ name }) => name === on));
    if (without === undefined) return [];
    const names = without.nodes.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const cluster = without.name === undefined ? 'this cluster' : `cluster ${JSON.stringify(without.name)}`;
    const message = `no node of ${cluster} is called ${JSON.stringify(on)}`;
    return [{ path: [...path, 'on'], message, hint: didYouMean(on, [...places, ...names]) }];
  });

/** Hooks have names of their own in each layer, and run where there is something. */
export const hookListRules = (
  { layers, clusters }: Sketch,
  context: RuleContext,
  list: HookList,
): readonly Finding[] => {
  const hasHooks = ({ raw }: { readonly raw: RawMap }): boolean => valueAt(raw, list.at) !== undefined;
  const shared = layers.map((layer) => ({
    hooks: hooksOf(layer.raw, layer.path, list),
    takers: clusters.filter((cluster) => [...cluster.layers, cluster].findLast(hasHooks) === layer),
  }));
  const own = clusters.map((cluster) => ({ hooks: hooksOf(cluster.raw, cluster.path, list), takers: [cluster] }));
  return [...shared, ...own].flatMap(({ hooks, takers }) => [
    ...ownNames(hooks, context),
    ...knownPlaces(hooks, takers, list),
  ]);
};
