import { formatDuration } from './duration.ts';
import type { Paint, Tone } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** One line of a marked checklist. */
export interface MarkedItem {
  readonly item: string;
  /** `unknown`: it could not be asked. */
  readonly verdict: 'passed' | 'missed' | 'unknown';
  /** What was seen in its place; empty where it passed. */
  readonly seen: string;
}

/** What a cluster shows of the task that is set up in it. */
export interface PracticeMarks {
  readonly cluster: string;
  readonly task: string;
  readonly items: readonly MarkedItem[];
  /** Since the task was set up. */
  readonly sinceMs: number;
  readonly hints: number;
}

export const isSolved = ({ items }: Pick<PracticeMarks, 'items'>): boolean =>
  items.every(({ verdict }) => verdict === 'passed');

const signs: Readonly<Record<MarkedItem['verdict'], readonly [Tone, string]>> = {
  passed: ['good', '✓'],
  missed: ['bad', '✗'],
  unknown: ['warn', '?'],
};

/** A line for each item, with what was seen where it did not pass, and how it stands in all. */
export const marksText = (marks: PracticeMarks, paint: Paint): string => {
  const { cluster, task, items, sinceMs, hints } = marks;
  const passed = items.filter(({ verdict }) => verdict === 'passed').length;
  const time = `${formatDuration(sinceMs)}, ${hints === 0 ? 'no hint' : hints === 1 ? 'one hint' : `${hints} hints`}`;
  const verdict = isSolved(marks)
    ? `${paint('good', 'solved')} (${time})`
    : `${paint('bad', 'not solved')}: ${passed} of ${items.length} (${time})`;
  return [
    paint('strong', `${cluster}: ${task}`),
    ...items.map(
      (each) => `  ${paint(...signs[each.verdict])} ${each.item}${each.seen === '' ? '' : `: ${each.seen}`}`,
    ),
    verdict,
    '',
  ].join('\n');
};

/** A task, as a list of them shows it. */
export interface ListedTask {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly minutes: number;
  readonly teaches: readonly string[];
}

/** A table for each domain, a task a line with what it teaches. */
export const tasksText = (tasks: readonly ListedTask[], paint: Paint): string =>
  [...Map.groupBy(tasks, ({ domain }) => domain)]
    .flatMap(([domain, all]) => [
      paint('strong', domain),
      ...alignColumns(
        all.map(({ name, minutes, title, teaches }) => [
          `  ${name}`,
          `${minutes} min`,
          `${title} (${teaches.join(', ')})`,
        ]),
      ),
      '',
    ])
    .join('\n');

/** What a person reads who is about to solve a task. */
export interface ToldTask {
  readonly cluster: string;
  readonly title: string;
  readonly minutes: number;
  readonly text: string;
  readonly documentation: readonly string[];
  /** What to type next, each with what it does. */
  readonly next: readonly (readonly [string, string])[];
}

export const taskText = ({ cluster, title, minutes, text, documentation, next }: ToldTask, paint: Paint): string =>
  [
    paint('strong', `${cluster}: ${title} (${minutes} min)`),
    '',
    ...text.trimEnd().split('\n'),
    '',
    `Read: ${documentation.join('; ')}`,
    ...alignColumns(next.map(([command, what]) => [paint('strong', command), what])),
    '',
  ].join('\n');

/** What a person would type, by the node on which it is typed. */
export const solutionText = (steps: readonly { readonly on: string; readonly type: string }[], paint: Paint): string =>
  steps
    .flatMap(({ on, type }) => [
      paint('strong', `on ${on}:`),
      ...type
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
      '',
    ])
    .join('\n');
