import type { RunOutcome } from './event.ts';
import type { AtOnce, Wave } from './wave.ts';

/** One cluster of a fleet, as it was found before anything was begun. */
export interface Member {
  readonly cluster: string;
  /** `idle`: there is nothing to do in it. `blocked`: something stands in the way. */
  readonly ahead: 'work' | 'idle' | 'blocked';
  /** With how many of its like it may go at once, beside what holds for all. */
  readonly atOnce?: readonly AtOnce[];
}

export interface FleetWave {
  readonly wave: Wave;
  readonly members: readonly Member[];
}

/** How one cluster came out of it. `idle`: it had nothing to do. */
export type MemberOutcome = RunOutcome | 'idle' | 'not-begun';

export interface MemberEnd {
  readonly cluster: string;
  readonly wave: string;
  readonly outcome: MemberOutcome;
  /** Milliseconds since the epoch; missing where it was not begun. */
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** Why clusters were not begun. */
export interface Halt {
  readonly kind: 'failures' | 'canary' | 'unproven' | 'held' | 'not-approved' | 'outside-window' | 'interrupted';
  readonly because: string;
}

export interface FleetEnd {
  readonly members: readonly MemberEnd[];
  /** Missing where every wave was gone through. */
  readonly halt?: Halt;
}
