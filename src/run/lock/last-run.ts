import type { OwnerLease } from '../../facts/owner-lease.ts';
import type { NodeEpoch } from '../../facts/node-epoch.ts';
import { controlPlanes, type Cluster } from '../../model/cluster.ts';
import { breakMark, parseHolder, splitIdentity } from './holder.ts';
import { highest } from './judge-lock.ts';
import { wishAnnotation } from './left-wish.ts';
import type { LockSight } from './look-at-lock.ts';

/** `open`: it has not let go of the cluster; `broken`: somebody took the cluster from it. */
export type LastEnd =
  | { readonly kind: 'ended'; readonly outcome: string; readonly at: number | undefined }
  | { readonly kind: 'broken'; readonly by: string }
  | { readonly kind: 'open' };

/** The run that had a cluster last, as the cluster itself tells it; undefined is what nothing there tells. */
export interface LastRun {
  readonly run: string;
  /** `ana@bastion` */
  readonly by: string | undefined;
  /** When it began, in milliseconds by another machine's clock. */
  readonly at: number | undefined;
  readonly end: LastEnd;
  /** What it was asked for: the text that readLeftWish reads. */
  readonly wish: string | undefined;
  /** Name of its playbook, and its parameters as JSON: all that a lease without a wish tells. */
  readonly playbook: string | undefined;
  readonly parameters: string | undefined;
  /** `1.35.4 (2 nodes)` */
  readonly from: string | undefined;
}

const timeOf = (text: string | undefined): number | undefined => {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : at;
};

const toldByLease = ({ holder, annotations }: OwnerLease): LastRun | undefined => {
  const run = holder === '' ? annotations['nodeops.dev/run'] : splitIdentity(holder).run;
  if (run === undefined) return undefined;
  const { 'nodeops.dev/broken-by': breaker, 'nodeops.dev/outcome': outcome } = annotations;
  const { 'nodeops.dev/operator': user, 'nodeops.dev/host': host } = annotations;
  const end: LastEnd =
    breaker !== undefined && outcome === undefined
      ? { kind: 'broken', by: breaker }
      : holder === ''
        ? { kind: 'ended', outcome: outcome ?? 'unknown', at: timeOf(annotations['nodeops.dev/ended']) }
        : { kind: 'open' };
  return {
    run,
    end,
    by: user === undefined || host === undefined ? undefined : `${user}@${host}`,
    at: timeOf(annotations['nodeops.dev/started']),
    wish: annotations[wishAnnotation],
    playbook: annotations['nodeops.dev/playbook'],
    parameters: annotations['nodeops.dev/parameters'],
    from: annotations['nodeops.dev/versions-before'],
  };
};

const toldByNode = ({ run, holder, since, wish }: NodeEpoch): LastRun => {
  const broken = run.startsWith(breakMark);
  const by = parseHolder(holder)?.operator ?? holder;
  return {
    run: broken ? run.slice(breakMark.length) : run,
    end: broken ? { kind: 'broken', by } : { kind: 'open' },
    // Of a lock that was broken the holder is who broke it.
    by: broken ? undefined : by,
    at: broken ? undefined : since * 1000,
    wish,
    playbook: undefined,
    parameters: undefined,
    from: undefined,
  };
};

/**
 * Which run had the cluster last, and what became of it: the lease tells, unless nodes carry a higher epoch. What it was
 * asked for is believed of the nodes first, where only root writes. `none`: nodeops never changed this cluster;
 * `unseen`: neither the lease nor a control plane could be asked.
 */
export const lastRun = (cluster: Cluster, sight: LockSight): LastRun | 'none' | 'unseen' => {
  const onNodes = highest(sight);
  const lease = typeof sight.lease === 'object' ? sight.lease : undefined;
  if (lease === undefined && onNodes === undefined) {
    const blind = controlPlanes(cluster).every(({ name }) => sight.epochs.get(name) === undefined);
    return sight.lease === undefined && blind ? 'unseen' : 'none';
  }
  const byNode = onNodes === undefined ? undefined : toldByNode(onNodes);
  const byLease = lease === undefined ? undefined : toldByLease(lease);
  if (byLease === undefined || lease === undefined) return byNode ?? 'none';
  if (onNodes === undefined || byNode === undefined || lease.epoch > onNodes.epoch) return byLease;
  if (lease.epoch < onNodes.epoch) return byNode;
  return byNode.wish === undefined ? byLease : { ...byLease, wish: byNode.wish };
};
