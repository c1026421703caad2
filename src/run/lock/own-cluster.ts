import { releaseLease, type Annotations } from '../../commands/lease.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodes } from '../../facts/nodes.ts';
import { succeeded } from '../../model/exit.ts';
import type { Emit } from '../emit.ts';
import { observeCluster, placeOf } from '../observe.ts';
import { complaint } from '../perform.ts';
import { askingOrder, type Session } from '../session.ts';
import { createFencedTransport } from './fenced-transport.ts';
import { leaseIdentity } from './holder.ts';
import { KeptLock } from './keep-lock.ts';
import { createLockWriter } from './lock-writer.ts';
import { lookAtLock } from './look-at-lock.ts';
import type { Epoch } from './raise-nodes.ts';
import { isOurs, takeLock, type Taken, type Taker } from './take-lock.ts';
import type { Claim } from './watch-lock.ts';

export interface OwnWishes {
  readonly session: Session;
  readonly emit: Emit;
  readonly run: string;
  readonly holder: string;
  readonly annotations: Annotations;
  /** What the run was asked for, as the nodes are to keep it. */
  readonly wish?: string;
  readonly claim: Claim;
  /** What to type to see who owns the cluster. */
  readonly show: string;
}

/** A cluster that this run owns: what writes goes through its session. */
export interface OwnedCluster {
  readonly kind: 'owned';
  readonly session: Session;
  /** Ends the signs of life, and empties the lease unless another run has taken it. Never fails for a silent API server. */
  release(outcome: string): Promise<void>;
}

export type Owned = OwnedCluster | { readonly kind: 'refused'; readonly why: string };

/** `1.35.4 (3 nodes), 1.36.3 (2 nodes)`: short, however large the cluster. */
export const versionsText = (versions: readonly string[]): string =>
  [...Map.groupBy(versions.toSorted(), (version) => version)]
    .map(([version, all]) => `${version} (${all.length} ${all.length === 1 ? 'node' : 'nodes'})`)
    .join(', ');

const versionsNow = async (session: Session): Promise<Annotations> => {
  const seen = valueOf(nodes, (await observeCluster(session, [nodes])).observations.get(nodes.key));
  const versions = seen?.map(({ kubeletVersion }) => kubeletVersion);
  return versions === undefined ? {} : { 'nodeops.dev/versions-after': versionsText(versions) };
};

/** Empties the lease through the first control plane that does it; undefined when it is empty, or why it is not. */
export const emptyLease = async (
  { session, write }: Pick<Taker, 'session' | 'write'>,
  epoch: Epoch,
  notes: Annotations,
): Promise<string | undefined> => {
  let trouble = 'no control plane names an API server of its own';
  const identity = { holder: leaseIdentity(epoch.holder, epoch.run), epoch: epoch.epoch };
  for (const node of askingOrder(session)) {
    const place = await placeOf(session, node);
    if (place.apiServer === '') continue;
    const { result } = await write(node.name, releaseLease(place, identity, notes, session.clock.now()));
    if (succeeded(result.exit)) return undefined;
    trouble = complaint(result, 1).join('');
    const after = await lookAtLock(session, []);
    // A lost answer may have done it; where the lease is somebody else's by now, there is nothing left to empty.
    if (after.lease !== undefined && !isOurs(after, epoch)) return undefined;
    // What was not looked at is not repeated, through another API server neither: the lease runs out by itself.
    if (after.lease === undefined && result.exit.kind === 'unknown') break;
  }
  return trouble;
};

const endNotes = (session: Session, outcome: string): Annotations => ({
  'nodeops.dev/ended': new Date(session.clock.now()).toISOString(),
  'nodeops.dev/outcome': outcome,
});

const acquired = ({ claim, emit }: OwnWishes, taken: Extract<Taken, { kind: 'taken' }>): Promise<void> =>
  emit.event({
    type: 'lock-acquired',
    epoch: taken.epoch.epoch,
    holder: taken.epoch.holder,
    ...(claim.from === undefined ? {} : { from: `${claim.from.holder} (run ${claim.from.run})` }),
    leftOut: taken.leftOut,
    inLease: taken.inLease,
  });

/**
 * Takes the cluster and keeps it until `release`. The session that comes back fences every write; the one given stays
 * without ownership, and is what the ownership itself writes through.
 */
export const ownCluster = async (wishes: OwnWishes): Promise<Owned> => {
  const { session, emit, run, holder, annotations, wish } = wishes;
  const write = createLockWriter(session, emit, run);
  const taker: Taker = { session, write, run, holder, annotations, ...(wish === undefined ? {} : { wish }) };
  const taken = await takeLock(taker, wishes.claim.sight);
  if (taken.kind === 'refused') {
    // Otherwise the next owner would have to watch a lease that nobody keeps.
    if (taken.inLease) await emptyLease(taker, taken.epoch, endNotes(session, 'refused'));
    return { kind: 'refused', why: taken.why };
  }
  await acquired(wishes, taken);
  const { epoch, leftOut, inLease } = taken;
  const telling: Promise<void>[] = [];
  const onLost = (why: string): void => void telling.push(emit.event({ type: 'lock-lost', epoch: epoch.epoch, why }));
  const kept = new KeptLock({ taker, epoch, leftOut, inLease, onLost, advice: `see who owns it: ${wishes.show}` });
  kept.begin();
  return {
    kind: 'owned',
    session: { ...session, transport: createFencedTransport(session.transport, kept), ownership: kept },
    release: async (outcome) => {
      const written = await kept.stop();
      await Promise.all(telling);
      if (kept.lost() !== undefined) return;
      const notes = { ...endNotes(session, outcome), ...(await versionsNow(session)) };
      const trouble = written ? await emptyLease(taker, epoch, notes) : 'it was never written';
      await emit.event({
        type: 'lock-released',
        epoch: epoch.epoch,
        ...(trouble === undefined ? {} : { trouble }),
      });
    },
  };
};
