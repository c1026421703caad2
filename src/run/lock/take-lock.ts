import { claimLease, createLease, type Annotations } from '../../commands/lease.ts';
import { controlPlanes, etcdHosts, workers } from '../../model/cluster.ts';
import { succeeded } from '../../model/exit.ts';
import type { Session } from '../session.ts';
import { leaseIdentity } from './holder.ts';
import { nextEpoch } from './judge-lock.ts';
import type { LockWriter } from './lock-writer.ts';
import { lookAtLock, type LockSight } from './look-at-lock.ts';
import { raiseNodes, type Epoch, type Raised } from './raise-nodes.ts';

export interface Taker {
  readonly session: Session;
  readonly write: LockWriter;
  readonly run: string;
  readonly holder: string;
  /** What the lease is to say of this run. */
  readonly annotations: Annotations;
  /** What the run was asked for, as the nodes are to keep it. */
  readonly wish?: string;
}

export type Taken =
  | { readonly kind: 'taken'; readonly epoch: Epoch; readonly inLease: boolean; readonly leftOut: readonly string[] }
  | { readonly kind: 'refused'; readonly epoch: Epoch; readonly inLease: boolean; readonly why: string };

/** The annotations that are not ours stay. */
const foreign = ({ lease }: LockSight): Annotations =>
  typeof lease !== 'object'
    ? {}
    : Object.fromEntries(Object.entries(lease.annotations).filter(([name]) => !name.startsWith('nodeops.dev/')));

export const isOurs = ({ lease }: LockSight, { epoch, holder, run }: Epoch): boolean =>
  typeof lease === 'object' && lease.epoch === epoch && lease.holder === leaseIdentity(holder, run);

/** What came of writing the lease: `away`, no API server answers. */
export type LeaseWritten = 'ours' | 'somebody-else' | 'away';

const leaseAttempts = 3;

/**
 * Writes the lease, provided that it still is what was seen. A lost answer is looked after before anything is
 * repeated; one that changed meanwhile is somebody else's.
 */
export const writeLease = async (
  { session, write, annotations }: Omit<Taker, 'run' | 'holder' | 'wish'>,
  seen: LockSight,
  epoch: Epoch,
): Promise<LeaseWritten> => {
  let sight = seen;
  for (let attempt = 1; attempt <= leaseAttempts; attempt++) {
    if (sight.lease === undefined) return 'away';
    const claim = {
      holder: leaseIdentity(epoch.holder, epoch.run),
      epoch: epoch.epoch,
      annotations: { ...foreign(sight), ...annotations },
      at: session.clock.now(),
    };
    const command =
      sight.lease === 'absent'
        ? createLease(sight.place, claim)
        : claimLease(sight.place, claim, sight.lease.resourceVersion);
    const { result } = await write(sight.place.node, command);
    if (succeeded(result.exit)) return 'ours';
    const after = await lookAtLock(session, []);
    if (isOurs(after, epoch)) return 'ours';
    const [was, is] = [sight.lease, after.lease];
    const moved = typeof is === 'object' && (typeof was !== 'object' || was.resourceVersion !== is.resourceVersion);
    if (moved) return 'somebody-else';
    sight = after;
  }
  return 'away';
};

const troubleOf = (raised: readonly Raised[]): readonly string[] =>
  raised.flatMap((each) => (each.kind === 'raised' ? [] : [each.why]));

/**
 * Raises the nodes. Where the lease could not settle who comes first, the first control plane does: it is raised
 * alone. Every control plane has to be; a worker that is away is left out, and so is an etcd host: the others may carry
 * etcd, and no write is sent to one that was not raised.
 */
const raiseAll = async (
  { session, write }: Taker,
  epoch: Epoch,
  settled: boolean,
): Promise<{ readonly leftOut: readonly string[] } | { readonly why: string }> => {
  const all = controlPlanes(session.cluster);
  const alone = settled ? [] : all.slice(0, 1);
  const first = troubleOf(await raiseNodes(session, write, alone, epoch));
  if (first.length > 0) return { why: first.join('; ') };
  const spareable = [...workers(session.cluster), ...etcdHosts(session.cluster)];
  const [others, spared] = await Promise.all([
    raiseNodes(session, write, all.slice(alone.length), epoch),
    raiseNodes(session, write, spareable, epoch),
  ]);
  const away = spared.filter(({ kind }) => kind === 'away');
  const trouble = troubleOf([...others, ...spared.filter(({ kind }) => kind !== 'away')]);
  return trouble.length > 0 ? { why: trouble.join('; ') } : { leftOut: away.map(({ node }) => node) };
};

/**
 * Makes a run the cluster's owner: the lease by compare-and-swap, then the epoch on every node. Nothing else has been
 * written when it is refused. Only for a cluster that `watchLock` found free or silent.
 */
export const takeLock = async (taker: Taker, sight: LockSight): Promise<Taken> => {
  const { run, holder, wish } = taker;
  const epoch = { epoch: nextEpoch(sight), run, holder, ...(wish === undefined ? {} : { wish }) };
  const written = await writeLease(taker, sight, epoch);
  if (written === 'somebody-else')
    return { kind: 'refused', epoch, inLease: false, why: 'somebody else was quicker: the lease has changed' };
  const inLease = written === 'ours';
  const raised = await raiseAll(taker, epoch, inLease);
  if ('why' in raised) return { kind: 'refused', epoch, inLease, why: raised.why };
  return { kind: 'taken', epoch, inLease, leftOut: raised.leftOut };
};
