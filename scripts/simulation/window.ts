import { minuteMs } from '../../src/model/duration.ts';
import type { MaintenanceWindow } from '../../src/model/maintenance-window.ts';
import type { Wish } from '../../src/simulator/oracle/invariant.ts';
import { startMs } from './ground.ts';
import type { Scenario } from './scenario.ts';

/** Often enough that what was left comes to its end in the two days that a simulation lasts at most. */
const everyMs = 120 * minuteMs;

/** A window as a seed draws it: of a cluster, or of one of a fleet. */
type Drawn = Pick<Scenario, 'window'>;
type DrawnWindow = NonNullable<Drawn['window']>;

const opened = ({ openFor }: DrawnWindow): number => startMs - openFor * minuteMs;

/** When it opens, as crontab(5) has it: the oracle knows it by arithmetic. */
export const cronOf = (window: DrawnWindow): string => {
  const opens = new Date(opened(window));
  return `${opens.getUTCMinutes()} ${opens.getUTCHours() % 2}-23/2 * * *`;
};

/** A window as the oracle knows it: by the arithmetic of its seed, not by a pattern. */
export type SeenWindow = NonNullable<Wish['window']>;

/** For the oracle. Without faults a node that is begun has to end before the window closes. */
export const seenWindow = ({ window }: Drawn, mustFit: boolean): { readonly window?: SeenWindow } =>
  window === undefined
    ? {}
    : {
        window: {
          opensAt: opened(window),
          everyMs,
          durationMs: window.minutes * minuteMs,
          mustFit,
        },
      };

/** The same as an operator writes it. */
export const writtenWindow = ({ window, seed }: Scenario): { readonly window?: MaintenanceWindow } => {
  if (window === undefined) return {};
  return {
    window: {
      cron: cronOf(window),
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
