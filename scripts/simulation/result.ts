import type { Fault } from '../../src/simulator/faults/fault.ts';

/** A fault as it came to pass: for the table of what was tried. */
export interface Hit {
  readonly kind: string;
  /** The step in hand when it struck; `-` between steps. */
  readonly step: string;
  readonly moment: string;
}

/** How a simulation ended. */
export type Verdict =
  /** At the wish, or stopped for the reason that a lasting fault gave. */
  | 'as-expected'
  /** An invariant was broken. */
  | 'broken'
  /** It never got where it must, or it stopped without cause, or for another one. */
  | 'unconverged'
  /** The product threw. */
  | 'crashed'
  /** The simulator does not know something that it was asked. */
  | 'gap';

export interface Result {
  readonly seed: number;
  readonly verdict: Verdict;
  /** What went wrong, a line each; empty when it is as expected. */
  readonly what: readonly string[];
  /** Those that were planned. */
  readonly faults: readonly Fault[];
  readonly hits: readonly Hit[];
  /** How often each invariant could have been broken, by its number. */
  readonly reached: Readonly<Record<number, number>>;
  /** The same of what a fleet is held to, by its name; only where there is one. */
  readonly rules?: Readonly<Record<string, number>>;
  readonly events: number;
  readonly commands: number;
  readonly programs: number;
  readonly virtualMs: number;
  /** What the last program said, and how it ended. */
  readonly said: string;
  readonly trace: readonly string[];
}
