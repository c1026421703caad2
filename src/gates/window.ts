import { z } from 'zod';
import { timeAhead } from '../facts/time-ahead.ts';
import { formatDuration, minuteMs, roughly } from '../model/duration.ts';
import { timeIn, windowAt, windowWords, type MaintenanceWindow } from '../model/maintenance-window.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { outlook, type Course, type LaneTime, type Outlook } from '../model/time-ahead.ts';
import { someOf } from '../model/some-of.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** What is left is never said to be more than it is. */
const leftText = (ms: number): string =>
  ms < minuteMs ? 'less than 1m' : formatDuration(Math.floor(ms / minuteMs) * minuteMs);

/** `the window "0 1 * * SAT" for 4h (Europe/Paris) of prod.yaml:40` */
export const windowName = (window: MaintenanceWindow): string =>
  `the window ${windowWords(window, formatDuration(window.durationMs))} of ${window.source}`;

/** `it opens next on Sat 2026-11-28 01:00` */
export const opensNext = ({ timezone }: MaintenanceWindow, next: number | undefined): string =>
  next === undefined ? 'no further opening is in sight' : `it opens next on ${timeIn(timezone, next)}`;

/** Of what never ends in the window, however early it is begun in it: what a person changes; undefined of anything else. */
export const neverFits = (
  { durationMs, source }: MaintenanceWindow,
  { longMs }: Pick<LaneTime, 'longMs'>,
): string | undefined =>
  longMs > durationMs
    ? `no opening of it is long enough: give it more than ${roughly(longMs)} in ${source}`
    : undefined;

const wholeText = ({ whole }: Outlook): string =>
  `this takes about ${roughly(whole.typicalMs)}, and up to ${roughly(whole.longMs)}`;

const touching = (ahead: readonly LaneTime[] | undefined): boolean => ahead?.some(({ touches }) => touches) ?? true;

/** What a window says to a course, and what is known of it where nothing is to be begun outside of it. */
interface Sight {
  readonly blocks: readonly Trouble[];
  readonly warnings: readonly Trouble[];
  /** For whoever looks at a plan. */
  readonly notice: string;
}

const goOnNow = 'or go on now, for a reason that is journalled: --ignore-window --reason TEXT';

/** Judges a course against a window: pure. */
export const seeWindow = (window: MaintenanceWindow, { now, ahead }: Course): Sight => {
  const state = windowAt(window, now);
  const { timezone } = window;
  const seen = outlook(ahead ?? [], state.kind === 'open' ? state.until - now : 0);
  const estimate = ahead === undefined ? '' : `; ${wholeText(seen)}`;
  const begin = `begin once it is open, ${goOnNow}`;
  const next = opensNext(window, state.next);
  if (state.kind === 'closed') {
    const why = state.blackout === undefined ? 'is closed' : `is closed for the blackout ${state.blackout}`;
    const because = `${windowName(window)} ${why}: it is ${timeIn(timezone, now)} there, ${next}${estimate}`;
    return { blocks: touching(ahead) ? [{ because, fix: begin }] : [], warnings: [], notice: because };
  }
  const left = `${windowName(window)} is open until ${timeIn(timezone, state.until)}, ${leftText(state.until - now)} from now`;
  const notice = `${left}${estimate}`;
  const { fit, left: over, firstLeft } = seen;
  if (firstLeft === undefined) return { blocks: [], warnings: [], notice };
  if (!seen.begins) {
    const never = neverFits(window, firstLeft);
    const first = `${firstLeft.node ?? firstLeft.phase} alone may take ${roughly(firstLeft.longMs)}: it would not be begun`;
    const because = `${left}; ${first}${never === undefined ? `; ${next}` : ''}`;
    const fix = never === undefined ? begin : `${never}, ${goOnNow}`;
    return { blocks: [{ because, fix }], warnings: [], notice };
  }
  const because = `${notice}: ${fit.length} of ${fit.length + over.length} would be done${fit.length === 0 ? '' : ` (${someOf(fit, 5)})`}, and something left to do on ${someOf(over, 5)}; ${next}`;
  const fix = 'go on, and with the rest in the next window (nodeops resume); or begin once the whole fits';
  return { blocks: [], warnings: [{ because, fix }], notice: because };
};

const windowForm = z.strictObject({
  cron: z.string(),
  durationMs: z.number(),
  timezone: z.string(),
  blackouts: z.array(z.string()),
  source: z.string(),
});

/** Nothing that interrupts is begun outside of the cluster's maintenance window, nor what would not end in it. */
export const window = defineStep({
  id: 'window',
  subject: 'cluster',
  title: () => 'the maintenance window',
  with: z.strictObject({ window: windowForm, ignoreWindow: z.string().optional() }),
  detect: (_wish, _on: ClusterSubject) => ({ course: timeAhead }),

  check: ({ course }, { window: written, ignoreWindow: reason }) => {
    const { blocks, warnings } = seeWindow(written, course);
    if (reason === undefined) return judged(blocks, warnings);
    return judged(
      [],
      [...blocks, ...warnings].map(({ because }) => ({ because: `ignored (${reason}): ${because}`, fix: '' })),
    );
  },

  foreseen: true,
  unheld: true,
  explain: {
    why: 'Nodes are drained and API servers restarted only when the owners of a cluster have agreed to it.',
    source: 'docs/windows.md',
    type: ['nodeops check', 'TZ=Europe/Paris date'],
  },
});
