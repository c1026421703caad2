/** What a recovery plan is made for. */
export const disasterNames = ['worker-lost', 'control-plane-lost', 'etcd-corrupted', 'volumes-lost'] as const;
export type DisasterName = (typeof disasterNames)[number];

/** What would be in the way of the recovery, or would be lost for good; `grave`: it cannot be made good afterwards. */
export interface Lack {
  readonly grave: boolean;
  readonly what: string;
  readonly fix: string;
}

/** A line that a person types, or does, and why. */
export interface RecoveryStep {
  readonly type: string;
  readonly why: string;
}

/** A time or an age that is expected, and where it comes from; no number where nothing tells. */
export interface Expected {
  readonly ms?: number;
  readonly how: string;
}

/** A disaster that was tried on purpose, and what came of it. */
export interface TriedDisaster {
  /** Milliseconds since the epoch: when it was recovered. */
  readonly at: number;
  readonly recoveryMs: number;
  /** What was lost, in words. */
  readonly lost: string;
}

/** What would become of a cluster, what would be done about it now, and what is missing for that. */
export interface DisasterOutlook {
  readonly disaster: DisasterName;
  readonly title: string;
  readonly impact: readonly string[];
  readonly steps: readonly RecoveryStep[];
  readonly missing: readonly Lack[];
  /** From the order to begin until the cluster is whole. */
  readonly recovery: Expected;
  /** How old what comes back is. */
  readonly loss: Expected;
  readonly tried?: TriedDisaster;
  /** It was never tried, or longer ago than it should be. */
  readonly overdue: boolean;
}
