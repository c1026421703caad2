import type { Confirmation } from '../model/event.ts';
import type { ClusterWish } from './cluster-wish.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';

/** What is settled for one cluster among many before it begins. */
export interface Settled {
  /** How the operator said yes to it; missing where it is only looked at. */
  readonly confirmedBy?: Confirmation;
  /** The wave that it goes with, and who let that begin where somebody had to. */
  readonly wave?: string;
  readonly waveApprovedBy?: 'typed yes' | '--promote';
}

export type SettledOptions = PlaybookOptions & { readonly settled?: Settled };

/** Runs one cluster, and goes back where that was asked for; the exit code. */
export type RunCluster = (parts: Parts, wish: ClusterWish, options: SettledOptions) => Promise<number>;
