import { z } from 'zod';
import { labelSelector, requirement, type LabelSelector, type Requirement } from './label-selector.ts';
import { readQuantity } from './quantity.ts';

/** One of several alternatives: all requirements on the node's labels and on its name must hold. */
export interface NodeSelectorTerm {
  readonly labels: readonly Requirement[];
  readonly fields: readonly Requirement[];
}

/** Pods that must be, or must not be, in the same domain. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector?: LabelSelector;
  /** Missing: the pod's own. */
  readonly namespaces?: readonly string[] | 'all';
}

/** A topologySpreadConstraint with `DoNotSchedule`. */
export interface SpreadRule {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains?: number;
  readonly selector?: LabelSelector;
  /** Labels whose value must be the incoming pod's own. */
  readonly sameLabels: readonly string[];
  /** Whether nodes that the pod's node affinity rules out do not count. */
  readonly honorsAffinity: boolean;
  /** Whether nodes whose taints the pod does not tolerate do not count; a cordon is such a taint. */
  readonly honorsTaints: boolean;
}

export interface Toleration {
  /** Missing: every key. */
  readonly key?: string;
  /** Missing: whatever the value. */
  readonly value?: string;
  /** Missing: every effect. */
  readonly effect?: string;
}

/** Resource → amount in its base unit: cores, bytes, pieces. */
export type Amounts = Readonly<Record<string, number>>;

const term = z
  .object({ matchExpressions: z.array(requirement).optional(), matchFields: z.array(requirement).optional() })
  .transform(({ matchExpressions = [], matchFields = [] }): NodeSelectorTerm => ({
    labels: matchExpressions,
    fields: matchFields,
  }));

/** Source: core/v1, NodeSelector. */
export const nodeSelector = z
  .object({ nodeSelectorTerms: z.array(term) })
  .transform(({ nodeSelectorTerms }) => nodeSelectorTerms);

const affinityTerm = z
  .object({
    topologyKey: z.string(),
    labelSelector: labelSelector.optional(),
    namespaces: z.array(z.string()).optional(),
    namespaceSelector: labelSelector.optional(),
  })
  .transform(({ topologyKey, labelSelector: selector, namespaces, namespaceSelector }): AffinityTerm => ({
    topologyKey,
    ...(selector === undefined ? {} : { selector }),
    // The labels of namespaces are not asked for: a selector of some of them is taken for the pod's own namespace.
    ...(namespaceSelector?.length === 0 ? { namespaces: 'all' } : namespaces === undefined ? {} : { namespaces }),
  }));

/** Source: core/v1, PodAffinityTerm. */
export const affinityTerms = z.array(affinityTerm);

const spreadRow = z.object({
  topologyKey: z.string(),
  maxSkew: z.number(),
  whenUnsatisfiable: z.string(),
  minDomains: z.number().optional(),
  labelSelector: labelSelector.optional(),
  matchLabelKeys: z.array(z.string()).optional(),
  nodeAffinityPolicy: z.string().optional(),
  nodeTaintsPolicy: z.string().optional(),
});

/** Those of them that the scheduler must keep. Source: core/v1, TopologySpreadConstraint. */
export const spreadRules = z.array(spreadRow).transform((rows): readonly SpreadRule[] =>
  rows
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map(({ topologyKey, maxSkew, minDomains, labelSelector: selector, ...row }) => ({
      topologyKey,
      maxSkew,
      ...(minDomains === undefined ? {} : { minDomains }),
      ...(selector === undefined ? {} : { selector }),
      sameLabels: row.matchLabelKeys ?? [],
      honorsAffinity: row.nodeAffinityPolicy !== 'Ignore',
      honorsTaints: row.nodeTaintsPolicy === 'Honor',
    })),
);

const toleration = z
  .object({
    key: z.string().optional(),
    operator: z.string().optional(),
    value: z.string().optional(),
    effect: z.string().optional(),
  })
  .transform(({ key, operator = 'Equal', value = '', effect }): Toleration => ({
    ...(key === undefined ? {} : { key }),
    ...(operator === 'Exists' ? {} : { value }),
    ...(effect === undefined ? {} : { effect }),
  }));

/** Source: core/v1, Toleration. */
export const tolerations = z.array(toleration);

/** A ResourceList. @throws nothing: what is no quantity fails the schema. */
export const amounts = z.record(
  z.string(),
  z.string().transform((text, context) => {
    const found = readQuantity(text);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `not a quantity: ${text}` });
    return z.NEVER;
  }),
);

const combined = (lists: readonly Amounts[], combine: (one: number, other: number) => number): Amounts => {
  const sum: Record<string, number> = {};
  for (const list of lists)
    for (const [name, amount] of Object.entries(list)) sum[name] = combine(sum[name] ?? 0, amount);
  return sum;
};

export const added = (...lists: readonly Amounts[]): Amounts => combined(lists, (one, other) => one + other);
export const largest = (...lists: readonly Amounts[]): Amounts => combined(lists, Math.max);
