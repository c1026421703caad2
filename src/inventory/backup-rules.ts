import type { Finding } from '../documents/finding.ts';
import { didYouMean } from '../documents/nearest.ts';
import { asList, asMap, asText, type Path, type RawMap } from '../documents/raw.ts';
import { firstUses } from './first-uses.ts';
import type { RuleContext } from './rule-context.ts';
import type { ClusterSketch, Sketch } from './sketch.ts';

interface Hook {
  readonly raw: RawMap;
  readonly path: Path;
}

/** What `on` may be beside the name of a node. */
const places: readonly string[] = ['operator', 'control-plane'];

const hooksOf = (layer: RawMap, path: Path): readonly Hook[] =>
  asList(asMap(layer['backup'])?.['application']).flatMap((value, index) => {
    const raw = asMap(value);
    return raw === undefined ? [] : [{ raw, path: [...path, 'backup', 'application', index] }];
  });

/** A hook's name tells its log, its file and its claims from those of the others. */
const ownNames = (hooks: readonly Hook[], { placeOf }: RuleContext): readonly Finding[] =>
  firstUses(
    hooks.map(({ raw, path }) => ({ key: asText(raw['name']), path: [...path, 'name'] })),
    ({ key, first }) => `the hook name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
  );

/** A hook of a layer runs in every cluster that has none of a later one: each of them needs such a node. */
const knownPlaces = (hooks: readonly Hook[], clusters: readonly ClusterSketch[]): readonly Finding[] =>
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

const hasHooks = ({ raw }: { readonly raw: RawMap }): boolean => asMap(raw['backup'])?.['application'] !== undefined;

/** Hooks have names of their own, and run where there is something. */
export const backupRules = ({ layers, clusters }: Sketch, context: RuleContext): readonly Finding[] => {
  const own = clusters.map((cluster) => ({ cluster, hooks: hooksOf(cluster.raw, cluster.path) }));
  const shared = layers.map((layer) => ({
    hooks: hooksOf(layer.raw, layer.path),
    takers: clusters.filter((cluster) => [...cluster.layers, cluster].findLast(hasHooks) === layer),
  }));
  return [
    ...shared.flatMap(({ hooks, takers }) => [...ownNames(hooks, context), ...knownPlaces(hooks, takers)]),
    ...own.flatMap(({ cluster, hooks }) => [...ownNames(hooks, context), ...knownPlaces(hooks, [cluster])]),
  ];
};
