import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { labelSelector, type LabelSelector } from './label-selector.ts';
import { at, json, maybe, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** Missing where it has none: it then selects nothing. */
  readonly selector?: LabelSelector;
  /** `1` or `50%`, one of the two. */
  readonly minAvailable?: string;
  readonly maxUnavailable?: string;
  /** Whether pods that are not ready may go whatever the budget says. */
  readonly freesUnhealthy: boolean;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** Its controller cannot tell how many pods there should be, and allows nothing. */
  readonly uncountable: boolean;
}

const table = {
  asks: {
    namespace: at('.metadata.namespace'),
    name: at('.metadata.name'),
    disruptionsAllowed: at('.status.disruptionsAllowed'),
    currentHealthy: at('.status.currentHealthy'),
    desiredHealthy: at('.status.desiredHealthy'),
    expectedPods: at('.status.expectedPods'),
    reason: at('.status.conditions[?(@.type=="DisruptionAllowed")].reason'),
    policy: at('.spec.unhealthyPodEvictionPolicy'),
    minAvailable: at('.spec.minAvailable'),
    maxUnavailable: at('.spec.maxUnavailable'),
    selector: at('.spec.selector'),
  },
  reads: {
    namespace: z.string().min(1),
    name: z.string().min(1),
    disruptionsAllowed: z.coerce.number(),
    currentHealthy: z.coerce.number(),
    desiredHealthy: z.coerce.number(),
    expectedPods: z.coerce.number(),
    reason: z.string(),
    policy: z.string(),
    minAvailable: maybe,
    maxUnavailable: maybe,
    selector: json(labelSelector.optional(), undefined),
  },
} as const;

/** Source: kubectl get poddisruptionbudgets, policy/v1; recorded on the lab, 1.35.4 and 1.36.3. */
export const disruptionBudgets = defineFact<readonly DisruptionBudget[]>({
  id: 'disruption-budgets',
  subject: 'cluster',
  command: (place) => get(place, 'poddisruptionbudgets.policy', '--all-namespaces', tabRows(table)),
  parse: throughApi(
    readTabRows(table, ({ reason, policy, minAvailable, maxUnavailable, selector, ...row }): DisruptionBudget => ({
      ...row,
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
      ...(selector === undefined ? {} : { selector }),
      freesUnhealthy: policy === 'AlwaysAllow',
      uncountable: reason === 'SyncFailed',
    })),
  ),
});
