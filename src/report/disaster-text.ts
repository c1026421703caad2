import type { DisasterOutlook, Expected, Lack } from '../model/disaster.ts';
import { formatDuration } from './duration.ts';
import type { Paint } from './paint.ts';
import { formatTime } from './runs-text.ts';

/** What would be done about each disaster of one cluster. */
export interface DisasterReport {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly disasters: readonly DisasterOutlook[];
  /** What could not be asked, and why. */
  readonly unread: readonly string[];
}

/** `2m 01s: as on a small cluster of the lab`; without a number only how. */
export const expectedText = ({ ms = 0, how }: Expected): string => (ms === 0 ? how : `${formatDuration(ms)}: ${how}`);

/** When a disaster was last tried, and what came of it. */
export const triedText = ({ tried, overdue }: DisasterOutlook): string => {
  if (tried === undefined) return 'never';
  const { at, recoveryMs, lost } = tried;
  return `${formatTime(at)}: recovered in ${formatDuration(recoveryMs)}, ${lost}${overdue ? ' (too long ago)' : ''}`;
};

const lackLines = ({ grave, what, fix }: Lack, paint: Paint): readonly string[] => [
  `  ${grave ? paint('bad', '✗') : paint('warn', '!')} ${what}`,
  `      → ${fix}`,
];

const outlookLines = (outlook: DisasterOutlook, paint: Paint): readonly string[] => {
  const { disaster, title, impact, steps, missing, recovery, loss } = outlook;
  const label = (text: string): string => paint('faint', text.padEnd(10));
  return [
    `${paint('strong', title)} ${paint('faint', `(${disaster})`)}`,
    ...impact.map((line, index) => `  ${label(index === 0 ? 'happens' : '')} ${line}`),
    ...steps.flatMap(({ type, why }, index) => [
      `  ${label(index === 0 ? 'type' : '')} ${index + 1}. ${type}`,
      `  ${label('')}    ${paint('faint', why)}`,
    ]),
    `  ${label('takes')} ${expectedText(recovery)}`,
    `  ${label('is lost')} ${expectedText(loss)}`,
    `  ${label('tried')} ${outlook.overdue ? paint('warn', triedText(outlook)) : triedText(outlook)}`,
    ...(missing.length === 0
      ? [`  ${paint('good', '✓')} nothing is missing`]
      : missing.flatMap((lack) => lackLines(lack, paint))),
    '',
  ];
};

/** For a person: each disaster, what is typed, how long it takes, what is lost, what is missing. */
export const disasterText = ({ cluster, disasters, unread }: DisasterReport, paint: Paint): string =>
  [
    paint('strong', cluster),
    ...unread.map((why) => `  ${paint('warn', '?')} not known: ${why}`),
    '',
    ...disasters.flatMap((outlook) => outlookLines(outlook, paint)).map((line) => (line === '' ? '' : `  ${line}`)),
  ].join('\n');
