import type { NodeBoundPod } from '../facts/node-bound-pods.ts';
import type { Workload } from '../facts/workloads.ts';
import { pending, type Verdict } from '../model/verdict.ts';

/** A DaemonSet that is nowhere ready is not ill because of this node. */
export const isIllEverywhere = ({ namespace, daemonSet }: NodeBoundPod, all: readonly Workload[]): boolean =>
  all.some(
    ({ kind, name, ready, desired, ...workload }) =>
      kind === 'DaemonSet' && name === daemonSet && workload.namespace === namespace && ready === 0 && desired > 1,
  );

/** Waits for pods of a node's own. */
export const awaitPods = (away: readonly NodeBoundPod[], node: string): Verdict =>
  pending(
    `the pods of the node itself to be ready: ${away.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}`,
    `see why: kubectl get pods --all-namespaces --field-selector=spec.nodeName=${node}; kubectl describe pod`,
  );
