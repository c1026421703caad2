import { holds, type Labels } from '../facts/label-selector.ts';
import type { MovablePod } from '../facts/movable-pods.ts';
import type { Taint } from '../model/taint.ts';
import type { NodeSelectorTerm, Toleration } from '../facts/scheduling-rules.ts';

/** How a cordon looks as a taint. Source: kubernetes.io, Well-Known Labels, Annotations and Taints. */
export const cordonTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Source: kubernetes.io, Taints and Tolerations. */
const tolerates = ({ key, value, effect }: Toleration, taint: Taint): boolean =>
  (key === undefined || key === taint.key) &&
  (value === undefined || value === (taint.value ?? '')) &&
  (effect === undefined || effect === taint.effect);

/** The first taint that keeps the pod away. */
export const untolerated = ({ tolerations }: MovablePod, taints: readonly Taint[]): Taint | undefined =>
  taints.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );

/** One of the alternatives holds; a term without requirements never does. Source: core/v1, NodeSelector. */
export const isAmong = (terms: readonly NodeSelectorTerm[], name: string, labels: Labels): boolean =>
  terms.some(
    (term) =>
      term.labels.length + term.fields.length > 0 &&
      term.labels.every((one) => holds(one, labels)) &&
      term.fields.every((one) => holds(one, { 'metadata.name': name })),
  );

/** The pod's nodeSelector and its required node affinity. */
export const isWanted = ({ nodeLabels, nodeAffinity }: MovablePod, name: string, labels: Labels): boolean =>
  Object.entries(nodeLabels).every(([key, value]) => labels[key] === value) &&
  (nodeAffinity === undefined || isAmong(nodeAffinity, name, labels));
