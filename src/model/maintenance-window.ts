import { Cron } from 'croner';
import { dayMs, dayOf } from './calendar-day.ts';

/** When a cluster may be worked on, as its inventory says it. */
export interface MaintenanceWindow {
  /** Five fields of crontab(5): when it opens. */
  readonly cron: string;
  /** For so long it is open: real time, whatever the clocks do meanwhile. */
  readonly durationMs: number;
  readonly timezone: string;
  /** Days of that zone on which it is closed: `2026-12-24`, or `2026-12-20/2027-01-03` with both of them. */
  readonly blackouts: readonly string[];
  /** `prod.yaml:12`: where it is written. */
  readonly source: string;
}

/** How a window stands. Times in milliseconds since the epoch. */
export type WindowState =
  | { readonly kind: 'open'; readonly until: number; readonly next?: number }
  /** `next` is missing where no opening is in sight. */
  | { readonly kind: 'closed'; readonly next?: number; readonly blackout?: string };

/** Openings that are looked through, so that a window that follows on itself for ever is no endless look. */
const mostOpenings = 1000;

/**
 * The opening times of a pattern. Source: croner 11 (compared with cron-parser 5.10 for Europe/Paris, 2026): where clocks
 * go forward, what lies in the hour that is left out comes at its end, as cron(8) does it; where they go back, the
 * first of two equal times counts; forward and backward give the same list, which cron-parser's do not.
 */
const openings = ({ cron, timezone }: Pick<MaintenanceWindow, 'cron' | 'timezone'>): Cron =>
  new Cron(cron, { timezone, mode: '5-part', paused: true });

/** Midnight of a day where the zone has one; otherwise the first moment of that day. */
const dayStart = (day: string, timezone: string): number =>
  new Cron(`${day}T00:00:00`, { timezone, paused: true }).nextRun(new Date(0))?.getTime() ?? Date.parse(day);

const dayAfter = (day: string): string => dayOf(Date.parse(day) + dayMs);

interface Blackout {
  readonly text: string;
  readonly from: number;
  /** The first moment after it. */
  readonly to: number;
}

const blackoutsOf = ({ blackouts, timezone }: MaintenanceWindow): readonly Blackout[] =>
  blackouts.map((text) => {
    const [first = '', last = first] = text.split('/');
    return { text, from: dayStart(first, timezone), to: dayStart(dayAfter(last), timezone) };
  });

const latestOpening = (times: Cron, at: number): number | undefined =>
  times.previousRuns(1, new Date(at + 1))[0]?.getTime();

/** Until when it is open without blackouts, openings that overlap taken together; undefined where it is closed. */
const openUntil = (times: Cron, durationMs: number, at: number): number | undefined => {
  const begun = latestOpening(times, at);
  if (begun === undefined || at >= begun + durationMs) return undefined;
  let until = begun + durationMs;
  for (let count = 0; count < mostOpenings; count += 1) {
    const further = (latestOpening(times, until) ?? begun) + durationMs;
    if (further <= until) break;
    until = further;
  }
  return until;
};

/** From a moment on: the first at which it is open, blackouts counted. */
const nextOpen = (
  times: Cron,
  durationMs: number,
  blackouts: readonly Blackout[],
  from: number,
): number | undefined => {
  let at: number | undefined = from;
  for (let count = 0; count < mostOpenings && at !== undefined; count += 1) {
    const now: number = at;
    const dark = blackouts.find((each) => each.from <= now && now < each.to);
    if (dark !== undefined) at = dark.to;
    else if (openUntil(times, durationMs, now) !== undefined) return now;
    else at = times.nextRun(new Date(now))?.getTime();
  }
  return undefined;
};

const after = (next: number | undefined): { readonly next?: number } => (next === undefined ? {} : { next });

/** Whether a window is open at a moment, until when, and when it opens next. */
export const windowAt = (window: MaintenanceWindow, now: number): WindowState => {
  const { durationMs } = window;
  const times = openings(window);
  const blackouts = blackoutsOf(window);
  const dark = blackouts.find(({ from, to }) => from <= now && now < to);
  const covered = dark === undefined ? openUntil(times, durationMs, now) : undefined;
  if (covered === undefined) {
    const next = nextOpen(times, durationMs, blackouts, now);
    return { kind: 'closed', ...after(next), ...(dark === undefined ? {} : { blackout: dark.text }) };
  }
  const until = Math.min(covered, ...blackouts.map(({ from }) => from).filter((from) => from > now));
  return { kind: 'open', until, ...after(nextOpen(times, durationMs, blackouts, until)) };
};

/** Whether a pattern is one, and comes at all: the 30th of February never does. */
export const cronTrouble = (cron: string, from: number): 'no pattern' | 'never comes' | undefined => {
  try {
    return openings({ cron, timezone: 'UTC' }).nextRun(new Date(from)) === null ? 'never comes' : undefined;
  } catch (error) {
    // croner throws TypeError for what it cannot read, and RangeError for a number beyond its field.
    if (error instanceof TypeError || error instanceof RangeError) return 'no pattern';
    throw error;
  }
};

/** `"0 1 * * SAT" for 4h (Europe/Paris)`, its blackouts with it: as it is written. */
export const windowWords = (window: MaintenanceWindow, duration: string): string =>
  `${JSON.stringify(window.cron)} for ${duration} (${window.timezone})${window.blackouts.length === 0 ? '' : `, not on ${window.blackouts.join(', ')},`}`;

/** `Sat 2026-11-28 01:00`: a moment as clocks show it in a zone. */
export const timeIn = (timezone: string, at: number): string => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
};
