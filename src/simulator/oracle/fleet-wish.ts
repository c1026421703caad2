/** So many, or a share of the clusters that were chosen, rounded down. */
export type Share = { readonly count: number } | { readonly percent: number };

/** What the inventory says of a wave, as the driver wrote it. */
export interface SeenWave {
  readonly name: string;
  readonly canary?: Share;
  readonly parallel?: number;
  readonly soakMs: number;
  readonly mayFail: Share;
  /** Clusters in hand stop after the step in hand once more have failed than may. */
  readonly stopsInFlight: boolean;
  readonly approval: boolean;
}

export interface SeenMember {
  readonly cluster: string;
  /** Of the waves, from 0 on. */
  readonly wave: number;
  /** The labels of which only so many may go at once: `region=r1` → 2. */
  readonly alike: ReadonlyMap<string, number>;
  /** Nothing befalls it, nor the programs that are at it. */
  readonly undisturbed: boolean;
}

export interface FleetWish {
  readonly waves: readonly SeenWave[];
  readonly members: readonly SeenMember[];
}

/** What the driver saw a program do to a fleet, in the instant in which it happens. */
export type FleetNote =
  | {
      readonly type: 'typed';
      readonly program: number;
      /** The clusters that it is about. */
      readonly chosen: readonly string[];
      readonly parallel?: number;
      readonly held?: string;
      readonly promoted: readonly string[];
    }
  /** A cluster's turn came: the first question to it since the run has a record. */
  | { readonly type: 'turn'; readonly program: number; readonly cluster: string }
  /** Its run began, and ended. */
  | { readonly type: 'begun'; readonly program: number; readonly cluster: string }
  | { readonly type: 'ended'; readonly program: number; readonly cluster: string; readonly outcome: string }
  /** The program ended by itself, or was killed. */
  | { readonly type: 'over'; readonly program: number };
