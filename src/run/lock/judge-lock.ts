import { leaseSeconds } from '../../model/lease-time.ts';
import type { NodeEpoch } from '../../facts/node-epoch.ts';
import { controlPlanes, type Cluster } from '../../model/cluster.ts';
import type { ProcessMark } from '../../ports/processes.ts';
import { breakMark, parseHolder, splitIdentity } from './holder.ts';
import type { LockSight } from './look-at-lock.ts';

/** The owner that a cluster has according to what was seen. */
export interface CurrentOwner {
  readonly epoch: number;
  readonly holder: string;
  readonly run: string;
  /** In ms by the owner's or the node's clock. */
  readonly since?: number;
  /** The lease's last renewal, in ms by the owner's clock. */
  readonly renewedAt?: number;
  /** How old the last heartbeat on a control plane is, in ms. */
  readonly silentMs?: number;
  readonly playbook?: string;
  /** Its process ran on this machine and has ended. */
  readonly gone: boolean;
}

export type Holding =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly owner: CurrentOwner }
  | { readonly kind: 'spoilt'; readonly why: string };

export const leaseMs = leaseSeconds * 1000;

const known = (epoch: NodeEpoch | 'absent' | undefined): readonly NodeEpoch[] =>
  epoch === undefined || epoch === 'absent' ? [] : [epoch];

/** The node with the highest epoch: what it says was written last. */
export const highest = ({ epochs }: LockSight): NodeEpoch | undefined =>
  [...epochs.values()].flatMap(known).toSorted((a, b) => b.epoch - a.epoch)[0];

/** Above everything that was ever given out: after a restore of etcd the lease may be older than the nodes. */
export const nextEpoch = (sight: LockSight): number =>
  Math.max(typeof sight.lease === 'object' ? sight.lease.epoch : 0, highest(sight)?.epoch ?? 0) + 1;

const silence = (cluster: Cluster, { epochs }: LockSight, epoch: number): { silentMs?: number } => {
  const beats = controlPlanes(cluster)
    .flatMap(({ name }) => known(epochs.get(name)))
    .filter((seen) => seen.epoch === epoch)
    .flatMap(({ silentMs }) => silentMs ?? []);
  return beats.length === 0 ? {} : { silentMs: Math.min(...beats) };
};

const leaseOwner = ({ lease }: LockSight): Omit<CurrentOwner, 'gone'> | undefined => {
  if (typeof lease !== 'object') return undefined;
  const { epoch, acquiredAt, renewedAt, annotations } = lease;
  const playbook = annotations['nodeops.dev/playbook'];
  return {
    epoch,
    ...splitIdentity(lease.holder),
    ...(acquiredAt === undefined ? {} : { since: acquiredAt }),
    ...(renewedAt === undefined ? {} : { renewedAt }),
    ...(playbook === undefined ? {} : { playbook }),
  };
};

/**
 * Whose the cluster is: the lease says so, unless nodes carry a higher epoch (etcd was restored, the lease deleted, or
 * an owner began while no API server answered). A released lease frees the nodes that carry its epoch.
 */
export const judgeLock = (cluster: Cluster, sight: LockSight, isGone: (process: ProcessMark) => boolean): Holding => {
  if (sight.spoilt.length > 0) return { kind: 'spoilt', why: sight.spoilt.join('; ') };
  const onNodes = highest(sight);
  const inLease = leaseOwner(sight);
  const byLease = inLease !== undefined && inLease.epoch >= (onNodes?.epoch ?? 0);
  if (byLease && inLease.holder === '') return { kind: 'free' };
  const owner = byLease ? inLease : onNodes === undefined ? undefined : { ...onNodes, since: onNodes.since * 1000 };
  // A lock that was broken is nobody's, also where the lease could not be told.
  if (owner === undefined || owner.run.startsWith(breakMark)) return { kind: 'free' };
  const { epoch, holder, run, since } = owner;
  const process = parseHolder(holder)?.process;
  return {
    kind: 'held',
    owner: {
      epoch,
      holder,
      run,
      ...(since === undefined ? {} : { since }),
      ...(byLease && inLease.renewedAt !== undefined ? { renewedAt: inLease.renewedAt } : {}),
      ...(byLease && inLease.playbook !== undefined ? { playbook: inLease.playbook } : {}),
      ...silence(cluster, sight, epoch),
      gone: process !== undefined && isGone(process),
    },
  };
};

/**
 * Whether the written times say that the owner was alive a moment ago. Good enough for refusing at once, never for
 * taking: clocks differ. A time in the future says nothing.
 */
export const looksAlive = ({ renewedAt, silentMs }: CurrentOwner, now: number): boolean =>
  (renewedAt !== undefined && now >= renewedAt && now - renewedAt < leaseMs) ||
  (silentMs !== undefined && silentMs < leaseMs);

const beatOf = (epoch: NodeEpoch | 'absent' | undefined): string | undefined =>
  epoch === undefined ? undefined : epoch === 'absent' ? '' : `${epoch.epoch} ${epoch.holder} ${epoch.beat}`;

const renewalOf = ({ lease }: LockSight): string | undefined =>
  lease === undefined ? undefined : lease === 'absent' ? '' : `${lease.resourceVersion} ${lease.renewedAt ?? ''}`;

/** Everything that an owner changes while it lives; undefined where it could not be seen. */
const signs = (cluster: Cluster, sight: LockSight): readonly (string | undefined)[] => [
  renewalOf(sight),
  ...controlPlanes(cluster).map(({ name }) => beatOf(sight.epochs.get(name))),
];

export type Change = 'alive' | 'gap' | 'silent';

/**
 * What passed between two looks: `alive`, a sign of life; `gap`, something could be seen in one of them only, so that
 * nothing follows; `silent`, all was seen twice and is the same. An API server that answered in neither is no gap: the
 * nodes' heartbeats do not need it.
 */
export const changeBetween = (cluster: Cluster, before: LockSight, after: LockSight): Change => {
  const [then, now] = [signs(cluster, before), signs(cluster, after)];
  const pairs = then.map((sign, index) => [sign, now[index]] as const);
  if (pairs.some(([a, b]) => a !== undefined && b !== undefined && a !== b)) return 'alive';
  const [, ...beats] = pairs;
  const lostSight = pairs.some(([a, b]) => (a === undefined) !== (b === undefined));
  return lostSight || beats.some(([a, b]) => a === undefined && b === undefined) ? 'gap' : 'silent';
};
