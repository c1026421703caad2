import type { DisruptionBudget } from '../facts/disruption-budgets.ts';
import type { Workload } from '../facts/workloads.ts';
import { isScalable, ownerArgument, ownerKey, type Owner } from './owner.ts';
import { budgetKey, type Actor } from './scene.ts';

/** A budget that never lets a pod go, and what to do about it. */
export interface Hopeless {
  readonly because: string;
  readonly fix: string;
}

const ownersOf = (actors: readonly Actor[]): readonly Owner[] => [
  ...new Map(actors.flatMap(({ owner }) => (owner === undefined ? [] : [[ownerKey(owner), owner]]))).values(),
];

/** As many pods as there will be once all are there: a StatefulSet's pod may be missing for a moment. */
const expectedOf = (
  { expectedPods }: DisruptionBudget,
  actors: readonly Actor[],
  workloads: readonly Workload[],
): number => {
  const wanted = ownersOf(actors).map(
    (owner) =>
      workloads.find(
        ({ namespace, kind, name }) => namespace === owner.namespace && kind === owner.kind && name === owner.name,
      )?.desired ?? 0,
  );
  return Math.max(
    expectedPods,
    wanted.reduce((sum, count) => sum + count, 0),
  );
};

const patch = ({ namespace, name }: DisruptionBudget, spec: object): string =>
  `kubectl -n ${namespace} patch poddisruptionbudget ${name} --type=merge --patch='${JSON.stringify({ spec })}'`;

const wayOut = (budget: DisruptionBudget, expected: number, owners: readonly Owner[]): string => {
  if (budget.maxUnavailable !== undefined) return patch(budget, { maxUnavailable: 1 });
  const [owner] = owners;
  if (expected > 1) return patch(budget, { minAvailable: expected - 1 });
  return owner !== undefined && owners.length === 1 && isScalable(owner) && budget.minAvailable === '1'
    ? `kubectl -n ${budget.namespace} scale ${ownerArgument(owner)} --replicas=2`
    : patch(budget, { minAvailable: 0 });
};

/**
 * Why a budget will never allow an eviction, however healthy its pods are; undefined where it will. Source:
 * kubernetes.io, Specifying a Disruption Budget; k8s.io/kubernetes, pkg/controller/disruption.
 */
export const hopelessOf = (
  budget: DisruptionBudget,
  actors: readonly Actor[],
  workloads: readonly Workload[],
): Hopeless | undefined => {
  const name = budgetKey(budget);
  if (budget.uncountable)
    return {
      because: `budget ${name} allows nothing: its controller cannot count the pods that there should be (SyncFailed)`,
      fix: `give it minAvailable as a number: ${patch(budget, { maxUnavailable: null, minAvailable: Math.max(0, actors.length - 1) })}`,
    };
  const expected = expectedOf(budget, actors, workloads);
  if (actors.length === 0 || budget.desiredHealthy < expected) return undefined;
  const rule =
    budget.maxUnavailable === undefined
      ? `minAvailable ${budget.minAvailable ?? '1'}`
      : `maxUnavailable ${budget.maxUnavailable}`;
  return {
    because: `budget ${name} never allows an eviction: ${rule} of ${expected} ${expected === 1 ? 'pod' : 'pods'}`,
    fix: wayOut(budget, expected, ownersOf(actors)),
  };
};
