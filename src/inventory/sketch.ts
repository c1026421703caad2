import { asList, asMap, asText } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';

/**
 * The inventory as far as it can be made out, right or wrong. Rules look at this and not at validated data, so that
 * one wrong key does not hide every problem that concerns several places.
 */
export interface Sketch {
  /** What clusters share: the defaults, then each environment, then each region. */
  readonly layers: readonly LayerSketch[];
  /** As it is written. */
  readonly waves?: unknown;
  readonly limits?: unknown;
  readonly clusters: readonly ClusterSketch[];
}

export interface LayerSketch {
  readonly path: Path;
  readonly raw: RawMap;
  /** Which clusters it holds for: those with this label. Missing: for all. */
  readonly holdsFor?: { readonly label: string; readonly value: string };
}

export interface ClusterSketch {
  readonly path: Path;
  readonly raw: RawMap;
  readonly name: string | undefined;
  /** What it shares with others, the most general first. */
  readonly layers: readonly LayerSketch[];
  readonly nodes: readonly NodeSketch[];
}

export interface NodeSketch {
  readonly path: Path;
  readonly raw: RawMap;
  readonly name: string | undefined;
  readonly host: string | undefined;
  /** The ssh settings of all layers, the last one winning. */
  readonly ssh: RawMap;
}

/** By the key that they stand under, the label whose value says which of them holds for a cluster; general ones first. */
export const labelledLayers = [
  { key: 'environments', label: 'environment' },
  { key: 'regions', label: 'region' },
] as const;

/** The labels of a cluster, as far as they are text. */
export const labelsOf = (raw: RawMap): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asMap(raw['labels']) ?? {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );

/** The value of a label; undefined where the cluster does not have it. */
export const labelOf = (raw: RawMap, label: string): string | undefined => {
  const labels = labelsOf(raw);
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
};

/** True when the file has the long form. */
export const isFleet = (root: RawMap): boolean => Object.hasOwn(root, 'clusters');

const sketchLayers = (root: RawMap): readonly LayerSketch[] => [
  { path: ['defaults'], raw: asMap(root['defaults']) ?? {} },
  ...labelledLayers.flatMap(({ key, label }) =>
    Object.entries(asMap(root[key]) ?? {}).map(([value, layer]) => ({
      path: [key, value],
      raw: asMap(layer) ?? {},
      holdsFor: { label, value },
    })),
  ),
];

/** Reads whatever has the right shape and leaves out the rest. Never throws. The root has the long form. */
export const sketch = (root: RawMap): Sketch => {
  const layers = sketchLayers(root);
  const clusters = asList(root['clusters']).flatMap((value, index) => {
    const raw = asMap(value);
    return raw === undefined ? [] : [sketchCluster(raw, ['clusters', index], layers)];
  });
  return { layers, waves: root['waves'], limits: root['limits'], clusters };
};

const sketchCluster = (raw: RawMap, path: Path, all: readonly LayerSketch[]): ClusterSketch => {
  const layers = all.filter(
    ({ holdsFor }) => holdsFor === undefined || labelOf(raw, holdsFor.label) === holdsFor.value,
  );
  return {
    path,
    raw,
    name: asText(raw['name']),
    layers,
    nodes: asList(raw['nodes']).flatMap((value, index) => {
      const node = asMap(value);
      if (node === undefined) return [];
      const ssh = [...layers, { raw }, { raw: node }].map((layer) => asMap(layer.raw['ssh']));
      return [
        {
          path: [...path, 'nodes', index],
          raw: node,
          name: asText(node['name']),
          host: asText(node['host']),
          ssh: ssh.reduce<RawMap>((merged, layer) => ({ ...merged, ...layer }), {}),
        },
      ];
    }),
  };
};
