import type { LabelRequirement } from './label-selector.ts';
import type { WaveCheck } from './wave-check.ts';

/** So many clusters, or a share of a wave's, rounded down. */
export type ClusterShare = { readonly count: number } | { readonly percent: number };

/** How many clusters with the same value of a label go at once, at most. */
export interface AtOnce {
  readonly label: string;
  readonly value: string;
  readonly most: number;
}

/** Clusters that go together, and what they have to prove before the next ones go. */
export interface Wave {
  readonly name: string;
  /** Its place among the waves of its inventory, from 0 on. */
  readonly order: number;
  readonly selector: { readonly text: string; readonly labels: readonly LabelRequirement[] };
  /** How many go first, alone; the others only once each of those ended well. */
  readonly canary?: ClusterShare;
  /** How many go at once, at most. */
  readonly parallel?: number;
  /** How long all of them have to have been well before the next wave begins. */
  readonly soakMs: number;
  /** How many may fail before nothing more is begun. */
  readonly maxFailedClusters: ClusterShare;
  /** What clusters in hand do once more have failed: come to their end, or stop after the step in hand. */
  readonly inFlight: 'finish' | 'stop';
  /** A person says yes before it begins. */
  readonly approval: boolean;
  readonly checks: readonly WaveCheck[];
  /** `prod.yaml:12`. */
  readonly source: string;
}

/** How many of `all` clusters a share is; of a percentage the whole ones. */
export const shareOf = (share: ClusterShare, all: number): number =>
  'count' in share ? share.count : Math.floor((share.percent * all) / 100);
