import type { Coverage } from '../backup/manifest.ts';
import type { Seen } from '../drain/scene.ts';
import type { Cluster } from '../model/cluster.ts';
import type { DisasterName, DisasterOutlook, TriedDisaster } from '../model/disaster.ts';

/** A whole backup in its places. */
export interface KeptBackup {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly places: readonly string[];
  /** The strongest way in which it was verified anywhere. */
  readonly verified?: 'checksums' | 'restore';
  /** Hooks that failed while it was made. */
  readonly failedHooks: number;
  /** Missing where no API server answered when it was made. */
  readonly claims?: Coverage;
  /** By name, where this machine made it. */
  readonly notCovered?: readonly string[];
}

/** How long runs of a playbook took that ended well: the median. */
export interface PastRuns {
  readonly ms: number;
  readonly runs: number;
}

/** The playbooks that a recovery is made of. */
export const recoveryPlaybooks = ['node-forget', 'node-add', 'restore', 'restore-onto'] as const;
export type RecoveryPlaybook = (typeof recoveryPlaybooks)[number];

/** What is known before anything is lost. */
export interface DisasterSight {
  readonly cluster: Cluster;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `--inventory prod.yaml --cluster paris`: for what is typed. */
  readonly selection: string;
  /** Missing where no API server told it. */
  readonly seen?: Seen;
  /** Where API servers are asked for: `controlPlaneEndpoint`; missing where there is none, or nobody told it. */
  readonly endpoint?: string;
  /** The newest first. */
  readonly backups: readonly KeptBackup[];
  readonly past: Readonly<Partial<Record<RecoveryPlaybook, PastRuns>>>;
  readonly tried: Readonly<Partial<Record<DisasterName, TriedDisaster>>>;
  /** How long ago a disaster may have been tried for the last time. */
  readonly everyMs: number;
}

/** What one kind of disaster does, apart from when it was tried. */
export type Foreseen = Omit<DisasterOutlook, 'disaster' | 'tried' | 'overdue'>;
