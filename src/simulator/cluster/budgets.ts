import { byCluster } from '../world/actor.ts';
import type { Objects } from '../world/world.ts';
import { type BudgetObject, isBudget, isReady, listOf, type PodObject, selects } from './objects.ts';

const share = (amount: number | string, of: number, round: (share: number) => number): number =>
  typeof amount === 'number' ? amount : round((Number.parseFloat(amount) / 100) * of);

/** Pods that a budget is about. A pod that is over counts neither as expected nor as healthy. */
const podsOf = (store: Objects, { metadata, spec }: BudgetObject): readonly PodObject[] =>
  listOf(store, 'Pod', metadata.namespace).filter(
    (pod) => selects(spec.selector, pod.metadata.labels) && !['Succeeded', 'Failed'].includes(pod.status.phase),
  );

/** How many there should be: what the pods' controllers are told, each once; a pod without one counts itself. */
const expectedOf = (store: Objects, budget: BudgetObject, pods: readonly PodObject[]): number => {
  const { namespace } = budget.metadata;
  const controllers = (['Deployment', 'StatefulSet'] as const)
    .flatMap((kind) => listOf(store, kind, namespace))
    .filter(({ spec }) => pods.some((pod) => selects(spec.selector, pod.metadata.labels)));
  const alone = pods.filter(({ metadata }) => metadata.ownerReferences === undefined).length;
  return controllers.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), alone);
};

/** Source: kube-controller-manager, disruption controller; policy/v1, PodDisruptionBudgetStatus. */
const statusOf = (store: Objects, budget: BudgetObject): BudgetObject['status'] => {
  const pods = podsOf(store, budget);
  const { minAvailable, maxUnavailable } = budget.spec;
  const scaled = maxUnavailable !== undefined || typeof minAvailable === 'string';
  const expectedPods = scaled ? expectedOf(store, budget, pods) : pods.length;
  const currentHealthy = pods.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
  const desiredHealthy =
    maxUnavailable === undefined
      ? share(minAvailable ?? 1, expectedPods, Math.ceil)
      : Math.max(0, expectedPods - share(maxUnavailable, expectedPods, Math.ceil));
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return {
    disruptionsAllowed,
    conditions: [
      {
        type: 'DisruptionAllowed',
        status: disruptionsAllowed > 0 ? 'True' : 'False',
        reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      },
    ],
    currentHealthy,
    desiredHealthy: pods.length === 0 ? 0 : desiredHealthy,
    expectedPods,
    observedGeneration: budget.metadata.generation ?? 1,
  };
};

/** Brings the status of a namespace's budgets up to date; called after each change of a pod in it. */
export const updateBudgets = (store: Objects, namespace: string | undefined): void => {
  for (const budget of store.list('PodDisruptionBudget', namespace)) {
    if (!isBudget(budget)) continue;
    const status = statusOf(store, budget);
    if (JSON.stringify(status) === JSON.stringify(budget.status)) continue;
    budget.status = status;
    store.put(budget, byCluster);
  }
};

/** The budgets that are about this pod. */
export const budgetsFor = ({ objects }: { readonly objects: Objects }, pod: PodObject): readonly BudgetObject[] =>
  listOf(objects, 'PodDisruptionBudget', pod.metadata.namespace).filter(({ spec }) =>
    selects(spec.selector, pod.metadata.labels),
  );

/** The budgets that do not allow this pod to go now. Source: pkg/registry/core/pod/storage/eviction.go. */
export const refusing = (store: Objects, pod: PodObject): readonly string[] => {
  if (pod.status.phase !== 'Running') return [];
  return budgetsFor({ objects: store }, pod)
    .filter(({ status }) => {
      if (!isReady(pod) && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0) return false;
      return status.disruptionsAllowed <= 0;
    })
    .map(({ metadata }) => metadata.name);
};
