import { asList, asMap, asText } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import { singleName } from './schema.ts';

/**
 * The inventory as far as it can be made out, right or wrong. Rules look at this and not at validated data, so that
 * one wrong key does not hide every problem that concerns several places.
 */
export interface Sketch {
  readonly defaults: RawMap;
  /** As it is written. */
  readonly waves?: unknown;
  readonly clusters: readonly ClusterSketch[];
}

export interface ClusterSketch {
  readonly path: Path;
  readonly raw: RawMap;
  readonly name: string | undefined;
  readonly nodes: readonly NodeSketch[];
}

export interface NodeSketch {
  readonly path: Path;
  readonly raw: RawMap;
  readonly name: string | undefined;
  readonly host: string | undefined;
  /** The ssh settings of defaults, cluster and node, the last one winning. */
  readonly ssh: RawMap;
}

/** True when the file has the long form; everything else is read as a single cluster. */
export const isFleet = (root: RawMap): boolean => Object.hasOwn(root, 'clusters');

/** Reads whatever has the right shape and leaves out the rest. Never throws. */
export const sketch = (root: RawMap): Sketch => {
  const defaults = asMap(root['defaults']) ?? {};
  if (!isFleet(root)) return { defaults, clusters: [sketchCluster(root, [], defaults, singleName)] };
  const clusters = asList(root['clusters']).flatMap((value, index) => {
    const raw = asMap(value);
    return raw === undefined ? [] : [sketchCluster(raw, ['clusters', index], defaults, undefined)];
  });
  return { defaults, waves: root['waves'], clusters };
};

const sketchCluster = (raw: RawMap, path: Path, defaults: RawMap, name: string | undefined): ClusterSketch => ({
  path,
  raw,
  name: Object.hasOwn(raw, 'name') ? asText(raw['name']) : name,
  nodes: asList(raw['nodes']).flatMap((value, index) => {
    const node = asMap(value);
    if (node === undefined) return [];
    return [
      {
        path: [...path, 'nodes', index],
        raw: node,
        name: asText(node['name']),
        host: asText(node['host']),
        ssh: { ...asMap(defaults['ssh']), ...asMap(raw['ssh']), ...asMap(node['ssh']) },
      },
    ];
  }),
});
