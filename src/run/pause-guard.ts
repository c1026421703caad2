import type { BoundLane } from '../steps/bound.ts';
import type { Session } from './session.ts';
import type { Emit } from './emit.ts';
import { mayTouch } from './window-guard.ts';

/** Between two looks at whether it still holds. */
const blinkMs = 1000;

/** Keeps a run from beginning nodes while somebody has paused it. */
export interface PauseGuard {
  /** Resolves once the lane may be begun, or the run was asked to stop. What is in hand comes to its end meanwhile. */
  passed(lane: BoundLane): Promise<void>;
}

export interface PausedRun {
  readonly session: Session;
  readonly emit: Emit;
  readonly stopping: () => boolean;
  readonly paused?: () => string | undefined;
}

/** The cluster stays owned by the run while it waits: its lease is renewed all the time. */
export const pauseGuard = ({ session, emit, stopping, paused }: PausedRun): PauseGuard => {
  let told: string | undefined;
  const tell = async (why: string | undefined): Promise<void> => {
    if (why === told) return;
    told = why;
    if (why !== undefined) await emit.event({ type: 'run-paused', why });
    else await emit.event({ type: 'run-continued' });
  };
  return {
    async passed(lane) {
      if (paused === undefined || !mayTouch(lane)) return;
      for (;;) {
        const why = stopping() ? undefined : paused();
        await tell(why);
        if (why === undefined || session.ownership?.lost() !== undefined) return;
        await session.clock.sleep(blinkMs);
      }
    },
  };
};
