import type { NodeObject } from '../facts/nodes.ts';
import type { PodObject } from '../facts/pods.ts';

/** What must be known of a pod to tell whether a drain takes it away, and whether it may. */
export type LeavingPod = Pick<PodObject, 'namespace' | 'name' | 'phase' | 'mirror' | 'owner' | 'emptyDirs'>;

/** Its containers have ended for good. A drain deletes it all the same, without asking any budget (lab, 1.35.4). */
export const isOver = ({ phase }: Pick<LeavingPod, 'phase'>): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Neither a static pod's mirror nor a DaemonSet's: `kubectl drain --ignore-daemonsets` leaves those. */
export const isDrained = ({ mirror, owner }: Pick<LeavingPod, 'mirror' | 'owner'>): boolean =>
  !mirror && owner?.kind !== 'DaemonSet';

/** What `kubectl drain --ignore-daemonsets` would evict: neither mirror pods, nor a DaemonSet's, nor what has ended. */
export const evictable = <P extends LeavingPod>(pods: readonly P[]): readonly P[] =>
  pods.filter((pod) => isDrained(pod) && !isOver(pod));

export const podName = ({ namespace, name }: Pick<LeavingPod, 'namespace' | 'name'>): string => `${namespace}/${name}`;

/** Why a drain is refused as a whole, and what to do about it. */
export interface Refusal<P> {
  readonly kind: 'lone' | 'local-data';
  readonly pods: readonly P[];
  readonly because: string;
  readonly fix: string;
}

/**
 * What makes kubectl refuse to evict anything at all, without `--force` and as the inventory allows.
 * Source: k8s.io/kubectl, drain/filters.go; lab, 1.35.4.
 */
export const refusalsOf = <P extends LeavingPod>(
  pods: readonly P[],
  { deleteEmptyDirData }: { readonly deleteEmptyDirData: boolean },
): readonly Refusal<P>[] => {
  const leaving = evictable(pods);
  const lone = leaving.filter(({ owner }) => owner === undefined);
  const local = deleteEmptyDirData ? [] : leaving.filter(({ emptyDirs }) => emptyDirs.length > 0);
  const all: readonly Refusal<P>[] = [
    {
      kind: 'lone',
      pods: lone,
      because: `pods without a controller would not come back: ${lone.map(podName).join(', ')}`,
      fix: 'delete them, or have a Deployment run them; nodeops never forces',
    },
    {
      kind: 'local-data',
      pods: local,
      because: `pods would lose the data of their emptyDir: ${local.map(podName).join(', ')}`,
      fix: 'set `drain: { deleteEmptyDirData: true }` in the inventory once that is acceptable',
    },
  ];
  return all.filter((refusal) => refusal.pods.length > 0);
};

/** Why no other node could take a node's pods, or undefined where one is not cordoned. */
export const nowhereToGo = (
  node: string,
  others: readonly Pick<NodeObject, 'name' | 'unschedulable'>[],
): { readonly because: string; readonly fix: string } | undefined =>
  others.every(({ unschedulable }) => unschedulable)
    ? {
        because: `no other node could take the pods of ${node}${others.length === 0 ? '' : `: ${others.map(({ name }) => name).join(', ')} cordoned`}`,
        fix: 'uncordon or add a node first',
      }
    : undefined;
