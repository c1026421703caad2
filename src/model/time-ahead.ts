/** How long something takes: usually, and in nine of ten cases at most. Milliseconds. */
export interface Duration {
  readonly typicalMs: number;
  readonly longMs: number;
}

/** What one node (or the cluster as a whole) has before it in one phase. */
export interface LaneTime extends Duration {
  readonly phase: string;
  readonly node?: string;
  /** How many of the phase's lanes may be under way at once. */
  readonly parallel: number;
  /** Something that runs may be interrupted, or is changed: to be begun inside the maintenance window only. */
  readonly touches: boolean;
}

/** What tells a lane from all others of its run. */
export const laneKey = ({ phase, node }: Pick<LaneTime, 'phase' | 'node'>): string => `${phase}/${node ?? ''}`;

/** Where a run stands in time. */
export interface Course {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What is not done yet, in order; missing where no plan was made. */
  readonly ahead?: readonly LaneTime[];
}

/** How much of what is ahead can be begun in time. */
export interface Outlook {
  /** All of it, if nothing stops it. */
  readonly whole: Duration;
  /** There is time for the first node, or nothing to begin. */
  readonly begins: boolean;
  /** Nodes that are touched and would be done, in order; of several minors, with all of them. */
  readonly fit: readonly string[];
  /** Nodes (or `the cluster as a whole`) that would not be begun. */
  readonly left: readonly string[];
  /** Of the first that would not be begun. */
  readonly firstLeft?: LaneTime;
}

const nameOf = ({ node, phase }: LaneTime): string => node ?? phase;

/** Lanes by their phase, in the order of the phases. */
const byPhase = (ahead: readonly LaneTime[]): readonly (readonly LaneTime[])[] => [
  ...Map.groupBy(ahead, ({ phase }) => phase).values(),
];

/** When each place of a phase is free again, all places taken as they become free. */
const placesAfter = (lanes: readonly LaneTime[], parallel: number, msOf: (lane: LaneTime) => number): number[] => {
  const places: number[] = Array.from({ length: Math.max(1, parallel) }, () => 0);
  for (const lane of lanes) {
    const free = Math.min(...places);
    places[places.indexOf(free)] = free + msOf(lane);
  }
  return places;
};

/** How long all lanes take, phase after phase, so many side by side as their phase allows. */
const span = (ahead: readonly LaneTime[], msOf: (lane: LaneTime) => number): number =>
  byPhase(ahead).reduce(
    (total, lanes) => total + Math.max(...placesAfter(lanes, Math.min(lanes[0]?.parallel ?? 1, lanes.length), msOf)),
    0,
  );

const usually = ({ typicalMs }: LaneTime): number => typicalMs;

/** How long it takes until a lane is begun, where all before it takes as long as usually. */
const beginsAfter = (ahead: readonly LaneTime[], lane: LaneTime): number => {
  const before = ahead.slice(0, ahead.indexOf(lane));
  const [beside, earlier] = [
    before.filter(({ phase }) => phase === lane.phase),
    before.filter(({ phase }) => phase !== lane.phase),
  ];
  return span(earlier, usually) + Math.min(...placesAfter(beside, Math.min(lane.parallel, beside.length + 1), usually));
};

/**
 * Plays through what is ahead with so much time left: each takes as long as usually, and none is begun for which the
 * rest is shorter than what it may take.
 */
export const outlook = (ahead: readonly LaneTime[], leftMs: number): Outlook => {
  const stop = ahead.findIndex((lane) => lane.touches && beginsAfter(ahead, lane) + lane.longMs > leftMs);
  const late = stop === -1 ? [] : ahead.slice(stop).filter(({ touches }) => touches);
  const left = [...new Set(late.map(nameOf))];
  const touched = [...new Set(ahead.filter(({ touches }) => touches).map(nameOf))];
  const [firstLeft] = late;
  return {
    whole: { typicalMs: span(ahead, usually), longMs: span(ahead, ({ longMs }) => longMs) },
    begins: stop === -1 || ahead.slice(0, stop).some(({ touches }) => touches),
    fit: touched.filter((name) => !left.includes(name)),
    left,
    ...(firstLeft === undefined ? {} : { firstLeft }),
  };
};
