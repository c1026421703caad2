import type { Topology } from './scenario.ts';

/** What the command line settles for all seeds. */
export interface Choice {
  readonly topology?: Topology;
  /** Only faults of these kinds; all where it is absent. */
  readonly kinds?: readonly string[];
}
