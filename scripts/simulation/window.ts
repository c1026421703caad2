import type { MaintenanceWindow } from '../../src/model/maintenance-window.ts';
import type { Wish } from '../../src/simulator/oracle/invariant.ts';
import { startMs } from './ground.ts';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;
/** Often enough that what was left comes to its end in the two days that a simulation lasts at most. */
export const everyMs = 120 * minuteMs;

/** A window as the oracle knows it: by the arithmetic of its seed, not by a pattern. */
export type SeenWindow = NonNullable<Wish['window']>;

/** For the oracle. Without faults a node that is begun has to end before the window closes. */
export const seenWindow = ({ window }: Scenario, mustFit: boolean): { readonly window?: SeenWindow } =>
  window === undefined
    ? {}
    : {
        window: {
          opensAt: startMs - window.openFor * minuteMs,
          everyMs,
          durationMs: window.minutes * minuteMs,
          mustFit,
        },
      };

/** The same as an operator writes it. */
export const writtenWindow = ({ window, seed }: Scenario): { readonly window?: MaintenanceWindow } => {
  if (window === undefined) return {};
  const opens = new Date(startMs - window.openFor * minuteMs);
  const hours = `${opens.getUTCHours() % 2}-23/2`;
  return {
    window: {
      cron: `${opens.getUTCMinutes()} ${hours} * * *`,
      durationMs: window.minutes * minuteMs,
      timezone: 'UTC',
      blackouts: [],
      source: `seed ${seed}`,
    },
  };
};

/** How long it is until the next opening, and a minute for the operator to come back. */
export const nextOpening = ({ opensAt, everyMs: every }: SeenWindow, now: number): number =>
  every - ((now - opensAt) % every) + minuteMs;
