import type { Course, Topology } from './scenario.ts';

/** What the command line settles for all seeds. */
export interface Choice {
  readonly topology?: Topology;
  /** What all of them do; drawn from the seed where it is absent. */
  readonly course?: Course;
  /** Several clusters each, under one command. */
  readonly fleet?: true;
  /** Only faults of these kinds; all where it is absent. */
  readonly kinds?: readonly string[];
}
