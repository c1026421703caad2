/** What a program cost, and how it kept its event loop. */
export interface LoopFigures {
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly peakHeapMiB: number;
  /** The share of time in which the event loop had something to do. */
  readonly busy: number;
  /** How much later than asked for a timer came, by the clock: on a busy machine others are in it too. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** How much processor time of its own went by between two turns. */
  readonly stretchP99Ms: number;
  readonly stretchMaxMs: number;
}
