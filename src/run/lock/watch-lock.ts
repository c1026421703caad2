import type { Processes } from '../../ports/processes.ts';
import type { Session } from '../session.ts';
import { changeBetween, judgeLock, leaseMs, looksAlive, type CurrentOwner, type Holding } from './judge-lock.ts';
import { lookAtLock, type LockSight } from './look-at-lock.ts';

/** A cluster that may be taken as long as it is as it was seen. */
export interface Claim {
  readonly kind: 'claim';
  readonly sight: LockSight;
  /** The owner before, where it did not release the cluster itself. */
  readonly from?: CurrentOwner;
}

export type Watched =
  | Claim
  | { readonly kind: 'held'; readonly owner: CurrentOwner; readonly why: string }
  | { readonly kind: 'spoilt'; readonly why: string };

export interface WatchWishes {
  readonly processes: Pick<Processes, 'isGone'>;
  /** How long an owner that lives is waited for, in ms; 0: not at all. */
  readonly waitMs: number;
  /** Tells the operator what is being waited for, and why. */
  readonly tell: (text: string) => void;
  /** A claim that was made before: good as long as nothing has moved since. */
  readonly before?: Claim;
}

const pauseMs = 5000;
/** How long a silent owner is watched where gaps keep the watch from being complete. */
const patienceMs = 10 * 60_000;

const sameOwner = (a: CurrentOwner | undefined, b: CurrentOwner): boolean =>
  a !== undefined && a.epoch === b.epoch && a.holder === b.holder && a.run === b.run;

const unchanged = (session: Session, owner: CurrentOwner, sight: LockSight, before: Claim | undefined): boolean =>
  before !== undefined &&
  sameOwner(before.from, owner) &&
  changeBetween(session.cluster, before.sight, sight) === 'silent';

/** One watch over one owner: since when nothing has moved, and what was seen then. */
interface Vigil {
  owner: CurrentOwner;
  sight: LockSight;
  since: number;
}

/** Looks until the owner has changed, was silent for the whole duration, is alive and not waited for, or time is over. */
const keepVigil = async (
  session: Session,
  wishes: WatchWishes,
  vigil: Vigil,
  until: number,
): Promise<Watched | 'changed'> => {
  const { clock, cluster } = session;
  for (;;) {
    await clock.sleep(pauseMs);
    const sight = await lookAtLock(session);
    const holding = judgeLock(cluster, sight, wishes.processes.isGone);
    if (holding.kind !== 'held' || !sameOwner(vigil.owner, holding.owner)) return 'changed';
    const change = changeBetween(cluster, vigil.sight, sight);
    if (change === 'alive' && wishes.waitMs === 0)
      return { kind: 'held', owner: holding.owner, why: 'it showed a sign of life while it was watched' };
    if (change !== 'silent') Object.assign(vigil, { owner: holding.owner, sight, since: clock.now() });
    else if (clock.now() - vigil.since >= leaseMs) return { kind: 'claim', sight, from: holding.owner };
    if (clock.now() > until) {
      const why = wishes.waitMs > 0 ? 'it was waited for as long as was asked' : 'it could not be watched without gaps';
      return { kind: 'held', owner: holding.owner, why };
    }
  }
};

const claimOf = (holding: Holding, sight: LockSight): Watched | undefined => {
  if (holding.kind === 'spoilt') return holding;
  if (holding.kind === 'free') return { kind: 'claim', sight };
  return holding.owner.gone ? { kind: 'claim', sight, from: holding.owner } : undefined;
};

/**
 * Finds out whether a cluster may be taken. At once where nobody owns it, or its owner was a process of this machine
 * that has ended. An owner that is silent may be taken over only after it has been watched for the whole duration of a
 * lease, on our own clock and without a gap: written times are another machine's (client-go, leaderelection). Reads only.
 */
export const watchLock = async (session: Session, wishes: WatchWishes): Promise<Watched> => {
  const { clock, cluster } = session;
  const begun = clock.now();
  const until = begun + (wishes.waitMs > 0 ? wishes.waitMs : patienceMs);
  let told = false;
  for (;;) {
    const sight = await lookAtLock(session);
    const holding = judgeLock(cluster, sight, wishes.processes.isGone);
    const settled = claimOf(holding, sight);
    if (settled !== undefined) return settled;
    if (holding.kind !== 'held') throw new Error(`${cluster.name}: ${holding.kind} was not settled`);
    const { owner } = holding;
    if (unchanged(session, owner, sight, wishes.before)) return { kind: 'claim', sight, from: owner };
    const alive = looksAlive(owner, clock.now());
    if (alive && wishes.waitMs === 0) return { kind: 'held', owner, why: 'it was renewed a moment ago' };
    if (!told)
      wishes.tell(
        alive
          ? `${cluster.name} is owned by ${owner.holder} (run ${owner.run}): waiting until it is released`
          : `${cluster.name} is owned by ${owner.holder} (run ${owner.run}), which looks gone: watching for ${leaseMs / 1000} s that it stays silent`,
      );
    told = true;
    const watched = await keepVigil(session, wishes, { owner, sight, since: clock.now() }, until);
    if (watched !== 'changed') return watched;
  }
};
