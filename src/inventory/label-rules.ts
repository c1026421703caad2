import type { Finding } from '../documents/finding.ts';
import { didYouMean } from '../documents/nearest.ts';
import { asMap } from '../documents/raw.ts';
import { labelledLayers, labelOf, labelsOf, type ClusterSketch, type Sketch } from './sketch.ts';

const called = ({ name }: ClusterSketch): string => JSON.stringify(name ?? '');

/** A cluster that has forgotten a label would go without what others of its kind have, and nobody would notice. */
const unlabelled = (cluster: ClusterSketch, label: string, because: string, hint: string): readonly Finding[] => {
  if (labelOf(cluster.raw, label) !== undefined) return [];
  const message = `the cluster ${called(cluster)} has no label ${JSON.stringify(label)}, and ${because}`;
  return [{ path: [...cluster.path, 'labels'], at: 'key', message, hint }];
};

const unknownLayer = (cluster: ClusterSketch, kind: (typeof labelledLayers)[number], known: readonly string[]) => {
  const value = labelOf(cluster.raw, kind.label);
  if (value === undefined || known.includes(value)) return [];
  return [
    {
      path: [...cluster.path, 'labels', kind.label],
      message: `nothing under ${kind.key} is called ${JSON.stringify(value)}`,
      hint: `${didYouMean(value, known)}; where it needs nothing of its own: ${kind.key}: { ${value}: {} }`,
    },
  ];
};

/** A layer that no cluster has is a typing error as a rule, and so is a cluster that has none of those that there are. */
const layerRules = ({ layers, clusters }: Sketch): readonly Finding[] =>
  labelledLayers.flatMap((kind) => {
    const own = layers.filter(({ holdsFor }) => holdsFor?.label === kind.label);
    const known = own.flatMap(({ holdsFor }) => holdsFor?.value ?? []);
    if (known.length === 0) return [];
    const values = [...new Set(clusters.flatMap(({ raw }) => labelOf(raw, kind.label) ?? []))];
    return [
      ...own.flatMap(({ path, holdsFor }): readonly Finding[] => {
        if (holdsFor === undefined || values.includes(holdsFor.value)) return [];
        const message = `no cluster has the label ${kind.label}=${holdsFor.value}`;
        return [
          { path, at: 'key', message, ...(values.length === 0 ? {} : { hint: didYouMean(holdsFor.value, values) }) },
        ];
      }),
      ...clusters.flatMap((cluster) => [
        ...unlabelled(cluster, kind.label, `the inventory has ${kind.key}`, `give it one of ${known.join(', ')}`),
        ...unknownLayer(cluster, kind, known),
      ]),
    ];
  });

const limitRules = ({ limits, clusters }: Sketch): readonly Finding[] =>
  Object.keys(asMap(asMap(limits)?.['perLabel']) ?? {}).flatMap((label): readonly Finding[] => {
    if (clusters.every(({ raw }) => labelOf(raw, label) === undefined)) {
      const known = [...new Set(clusters.flatMap(({ raw }) => Object.keys(labelsOf(raw))))];
      const message = `no cluster has a label ${JSON.stringify(label)}`;
      return [
        {
          path: ['limits', 'perLabel', label],
          at: 'key',
          message,
          ...(known.length === 0 ? {} : { hint: didYouMean(label, known) }),
        },
      ];
    }
    const because = 'limits say how many with the same go at once';
    return clusters.flatMap((cluster) => unlabelled(cluster, label, because, `write labels: { ${label}: … }`));
  });

/** What depends on labels of clusters: each has those that layers and limits go by, and each of these is used. */
export const labelRules = (inventory: Sketch): readonly Finding[] => [
  ...layerRules(inventory),
  ...limitRules(inventory),
];
