import type { Emit } from '../emit.ts';
import type { Session } from '../session.ts';
import { breakMark } from './holder.ts';
import { lastRun } from './last-run.ts';
import { wishAnnotation } from './left-wish.ts';
import { createLockWriter } from './lock-writer.ts';
import type { LockSight } from './look-at-lock.ts';
import { emptyLease } from './own-cluster.ts';
import { takeLock, type Taker } from './take-lock.ts';

export interface BreakWishes {
  readonly session: Session;
  readonly emit: Emit;
  readonly run: string;
  readonly holder: string;
  /** Who breaks it, and why: kept in the lease. */
  readonly operator: string;
  readonly reason: string;
  /** What was seen when it was decided to break it. */
  readonly sight: LockSight;
}

export type Broken =
  | {
      readonly kind: 'broken';
      readonly epoch: number;
      readonly leftOut: readonly string[];
      /** Why the lease still names the old owner; it lapses then. */
      readonly trouble?: string;
    }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Takes a cluster from its owner and leaves it free: every node gets a higher epoch, so that the owner's next write is
 * refused there, and the lease says who did it and why. Does not wait for signs of life; commands that the owner has
 * running go on, and are waited for by the next run. What the owner was asked for stays written down: somebody has to go
 * on with it.
 */
export const breakLock = async (wishes: BreakWishes): Promise<Broken> => {
  const { session, emit, run, holder, operator, reason, sight } = wishes;
  const last = lastRun(session.cluster, sight);
  const wish = typeof last === 'object' ? last.wish : undefined;
  const notes = {
    'nodeops.dev/run': run,
    'nodeops.dev/broken-by': operator,
    'nodeops.dev/broken': new Date(session.clock.now()).toISOString(),
    'nodeops.dev/reason': reason,
    ...(wish === undefined ? {} : { [wishAnnotation]: wish }),
  };
  const write = createLockWriter(session, emit, run);
  const kept = wish === undefined ? {} : { wish };
  const taker: Taker = { session, write, run: `${breakMark}${run}`, holder, annotations: notes, ...kept };
  const taken = await takeLock(taker, sight);
  const trouble = taken.inLease ? await emptyLease(taker, taken.epoch, {}) : 'no API server answers';
  if (taken.kind === 'refused') return { kind: 'refused', why: taken.why };
  const { epoch, leftOut } = taken;
  return { kind: 'broken', epoch: epoch.epoch, leftOut, ...(trouble === undefined ? {} : { trouble }) };
};
