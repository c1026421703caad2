/** Between when and when something was asked, in ms since the epoch by the clock of the machine that asks. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A clock, and when it was read; where that is missing, just when the other one was. */
export interface ClockReading {
  readonly epochMs: number;
  readonly asked?: Span | undefined;
}

/** The clock of the machine that asks. */
export const ownClock = (now: number): ClockReading => ({ epochMs: now, asked: { from: now, to: now } });

/**
 * By how many ms a clock is surely ahead of another, negative where it is behind. Each was read at some moment of its
 * span: what some moments of both explain is no difference.
 */
export const aheadOf = (one: ClockReading, other: ClockReading): number => {
  if (one.asked === undefined || other.asked === undefined) return one.epochMs - other.epochMs;
  const apart = one.epochMs - other.epochMs;
  const least = apart - one.asked.to + other.asked.from;
  const most = apart - one.asked.from + other.asked.to;
  return least > 0 ? least : Math.min(0, most);
};

/** By how many ms two clocks may be apart all the same. */
export const unclearMs = (...readings: readonly ClockReading[]): number =>
  readings.reduce((sum, { asked }) => sum + (asked === undefined ? 0 : asked.to - asked.from), 0);
