import type { MovablePod } from '../facts/movable-pods.ts';
import { evictable, isOver, isDrained, podName, refusalsOf } from './evictable-pods.ts';
import type { Finding } from './finding.ts';
import type { Hopeless } from './budget-hope.ts';
import { ownerOf, ownerText } from './owner.ts';
import { budgetKey, type Actor } from './scene.ts';

export interface DrainSettings {
  readonly timeoutMs: number;
  readonly deleteEmptyDirData: boolean;
}

/** Taken off by Kubernetes' own controllers once the pod has ended. Source: batch/v1, JobTrackingFinalizer; lab, 1.35.4. */
const harmless: ReadonlySet<string> = new Set(['batch.kubernetes.io/job-tracking', 'foregroundDeletion', 'orphan']);

/** So long after its time to end a pod may still be there because the kubelet and the API are busy. */
const slackMs = 60_000;

type Part = Pick<Finding, 'level' | 'kind' | 'because' | 'fix'> & Pick<Partial<Finding>, 'budget'>;

const about = (node: string, pod: MovablePod, part: Part): Finding => {
  const owner = ownerOf(pod);
  return { node, pod: podName(pod), ...(owner === undefined ? {} : { owner: ownerText(owner) }), ...part };
};

const seconds = (ms: number): number => Math.round(ms / 1000);

const kubectl = ({ namespace, name }: MovablePod, verb: string, rest = ''): string =>
  `kubectl -n ${namespace} ${verb} pod ${name}${rest}`;

/** A pod that was told to go before, and is there although its time is over. */
const overdue = (pod: MovablePod, now: number): Part | undefined => {
  if (pod.endsBy === undefined || now - pod.endsBy < slackMs) return undefined;
  const since = `${podName(pod)} should have been gone for ${seconds(now - pod.endsBy)} s`;
  const kept = pod.finalizers.filter((one) => !harmless.has(one));
  if (kept.length === 0)
    return {
      level: 'warn',
      kind: 'does-not-end',
      because: `${since}: its kubelet does not end it`,
      fix: `see why: ${kubectl(pod, 'describe')}`,
    };
  return {
    level: 'block',
    kind: 'does-not-end',
    because: `${since}: nobody takes off its finalizer ${kept.join(', ')}, and the drain would wait for it`,
    fix: `find out what the finalizer is for; then ${kubectl(pod, 'patch', ` --type=merge --patch='{"metadata":{"finalizers":null}}'`)}`,
  };
};

const longEnd = (pod: MovablePod, timeoutMs: number): Part | undefined => {
  const limit = seconds(timeoutMs);
  const fix = `\`drain: { timeout: ${Math.ceil((pod.graceSeconds + 60) / 60)}m }\` in the inventory, or a shorter terminationGracePeriodSeconds`;
  if (isOver(pod) || pod.graceSeconds < limit) return undefined;
  if (Math.min(pod.preStopSeconds, pod.graceSeconds) >= limit)
    return {
      level: 'block',
      kind: 'too-slow',
      because: `${podName(pod)} sleeps for ${pod.preStopSeconds} s before it ends (preStop); the drain's time-out is ${limit} s`,
      fix,
    };
  return {
    level: 'warn',
    kind: 'may-not-end',
    because: `${podName(pod)} may take ${pod.graceSeconds} s to end (its grace period); the drain's time-out is ${limit} s`,
    fix,
  };
};

const finalized = (pod: MovablePod): Part | undefined => {
  const kept = pod.finalizers.filter((one) => !harmless.has(one));
  if (kept.length === 0) return undefined;
  return {
    level: 'warn',
    kind: 'may-not-end',
    because: `${podName(pod)} stays until somebody takes off its finalizer ${kept.join(', ')}, and the drain waits for it`,
    fix: `see that what set the finalizer runs: ${kubectl(pod, 'get', " --output=jsonpath='{.metadata.finalizers}'")}`,
  };
};

const beginsAgain = (pod: MovablePod): Part | undefined =>
  pod.owner?.kind === 'Job' && !isOver(pod) && !pod.deleting
    ? {
        level: 'warn',
        kind: 'starts-again',
        because: `${podName(pod)} of job ${pod.owner.name} loses its work, begins again, and counts against the Job's backoffLimit`,
        fix: `let it finish first: kubectl -n ${pod.namespace} wait --for=condition=complete job/${pod.owner.name} --timeout=1h`,
      }
    : undefined;

const twoBudgets = ({ pod, budgets }: Actor): Part | undefined => {
  // What is pending or on its way out is let go without asking (eviction.go, canIgnorePDB; lab, 1.35.4).
  if (budgets.length < 2 || pod.phase === 'Pending' || pod.deleting) return undefined;
  return {
    level: 'block',
    kind: 'two-budgets',
    budget: budgets.map(budgetKey).join(', '),
    because: `${podName(pod)} has more than one budget (${budgets.map(budgetKey).join(', ')}): the API refuses to evict it, always`,
    fix: `leave it one: kubectl -n ${pod.namespace} delete poddisruptionbudget ${budgets
      .slice(1)
      .map(({ name }) => name)
      .join(' ')}`,
  };
};

const hopelessBudget = (
  { pod, budgets, readyAt }: Actor,
  hopeless: ReadonlyMap<string, Hopeless>,
): Part | undefined => {
  const [budget, ...more] = budgets;
  const why = budget === undefined ? undefined : hopeless.get(budgetKey(budget));
  if (budget === undefined || why === undefined || more.length > 0 || pod.phase === 'Pending' || pod.deleting)
    return undefined;
  if (readyAt > 0 && budget.freesUnhealthy) return undefined;
  return { level: 'block', kind: 'never-allowed', budget: budgetKey(budget), ...why };
};

export interface PodContext {
  readonly settings: DrainSettings;
  readonly hopeless: ReadonlyMap<string, Hopeless>;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
}

/** What can be said of single pods of a node, wherever the others are. */
export const podFindings = (
  node: string,
  pods: readonly MovablePod[],
  actors: ReadonlyMap<string, Actor>,
  { settings, hopeless, now }: PodContext,
): readonly Finding[] => {
  const drained = pods.filter(isDrained);
  // Told of the node as its drain would tell it, of each pod on its own.
  const refusals = refusalsOf(drained, settings).flatMap(({ kind, pods: refused, because, fix }) =>
    refused.map((pod) => about(node, pod, { level: 'block', kind, because, fix })),
  );
  const alone = drained.flatMap((pod) => {
    const late = overdue(pod, now);
    const found = late === undefined ? [finalized(pod), longEnd(pod, settings.timeoutMs), beginsAgain(pod)] : [late];
    return found.flatMap((part) => (part === undefined ? [] : [about(node, pod, part)]));
  });
  const guarded = evictable(drained).flatMap((pod) => {
    const actor = actors.get(podName(pod));
    const found = actor === undefined ? [] : [twoBudgets(actor), hopelessBudget(actor, hopeless)];
    return found.flatMap((part) => (part === undefined ? [] : [about(node, pod, part)]));
  });
  return [...refusals, ...guarded, ...alone];
};
