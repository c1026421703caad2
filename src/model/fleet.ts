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

/** How a cluster's part of a run is, as its view is told beside the events: `looking`: it is looked at before it begins. */
export type MemberState = 'waiting' | 'looking' | MemberOutcome;

/** All clusters of a run as its view shows them, when one of its waves begins. */
export interface FleetOutline {
  readonly waves: readonly WaveOutline[];
  /** The index of that wave. */
  readonly current: number;
}

export interface WaveOutline {
  /** Missing where the inventory declares none. */
  readonly name?: string;
  readonly members: readonly (Pick<MemberEnd, 'cluster' | 'startedAt' | 'endedAt'> & {
    readonly state: MemberState;
  })[];
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
