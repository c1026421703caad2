import type { Event, RunOutcome } from '../model/event.ts';
import { formatDuration } from './duration.ts';
import { outOfService } from './out-of-service.ts';
import { noPaint } from './paint.ts';
import type { Paint, Tone } from './paint.ts';
import { runTimes } from './run-times.ts';
import type { StepTime } from './run-times.ts';
import { alignColumns } from './text-table.ts';

const tones: Record<RunOutcome, Tone> = {
  done: 'good',
  failed: 'bad',
  blocked: 'bad',
  drift: 'bad',
  interrupted: 'warn',
  'outside-window': 'warn',
};
const marks: Record<RunOutcome, string> = {
  done: '✓',
  failed: '✗',
  blocked: '✗',
  drift: '✗',
  interrupted: '!',
  'outside-window': '!',
};

const sum = (steps: readonly StepTime[], part: 'durationMs' | 'waitedMs'): number =>
  steps.reduce((total, step) => total + step[part], 0);

/** What was left out or passed over took no time and belongs to nobody. */
const nodeRows = (steps: readonly StepTime[]): readonly (readonly string[])[] =>
  [
    ...Map.groupBy(
      steps.filter(({ durationMs }) => durationMs > 0),
      (step) => step.node ?? 'cluster as a whole',
    ),
  ].map(([node, ofNode]) => [
    node,
    formatDuration(sum(ofNode, 'durationMs')),
    `waited ${formatDuration(sum(ofNode, 'waitedMs'))}`,
  ]);

/** Lanes may run at once, so that steps add up to more than the clock shows: the shares are of the steps' time. */
const shareLine = (steps: readonly StepTime[]): string => {
  const total = sum(steps, 'durationMs');
  const waited = sum(steps, 'waitedMs');
  const percent = total === 0 ? 0 : Math.round((100 * waited) / total);
  return `waiting for commands and for the cluster ${formatDuration(waited)} (${percent} %), nodeops itself ${formatDuration(total - waited)}`;
};

const longest = (steps: readonly StepTime[]): readonly (readonly string[])[] =>
  steps
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, 3)
    .map((step) => [
      step.node === undefined ? step.title : `${step.node}: ${step.title}`,
      formatDuration(step.durationMs),
    ]);

const outRows = (events: readonly Event[]): readonly (readonly string[])[] =>
  outOfService(events).map(({ node, ms, open, left, before }) => [
    node,
    formatDuration(ms),
    [
      ...(before ? ['and what was before this run'] : []),
      ...(open ? ['and still is: cordoned'] : []),
      ...(left ? ['then it left the cluster'] : []),
    ].join(', '),
  ]);

/** The API, and what the inventory names. */
const probeRows = (events: readonly Event[]): readonly (readonly string[])[] => {
  const ended = events.findLast((event) => event.type === 'probes-ended');
  return (ended?.probes ?? []).map(({ name, asked, failed, awayMs, longestMs, blindMs }) => [
    name,
    failed === 0 ? (asked === 0 ? 'could not be asked' : 'always answered') : `away ${formatDuration(awayMs)}`,
    failed === 0
      ? `${asked} questions`
      : `${failed} of ${asked} questions, at most ${formatDuration(longestMs)} at once`,
    blindMs === 0 || asked === 0 ? '' : `not seen for ${formatDuration(blindMs)}`,
  ]);
};

const section = (title: string, rows: readonly (readonly string[])[], paint: Paint): readonly string[] =>
  rows.length === 0 ? [] : ['', paint('strong', title), ...alignColumns(rows).map((line) => `  ${line}`)];

const headline = (events: readonly Event[], paint: Paint): string => {
  const end = events.findLast((event) => event.type === 'run-finished');
  const cluster = events[0]?.cluster ?? 'no cluster';
  if (end === undefined) return `${paint('warn', '!')} ${cluster}: the run has no end in its journal`;
  return `${paint(tones[end.outcome], `${marks[end.outcome]} ${cluster}: ${end.outcome}`)} in ${formatDuration(end.durationMs)}`;
};

const counts = (events: readonly Event[]): string => {
  const ended = (outcome: string): number =>
    events.filter((event) => event.type === 'step-finished' && event.outcome === outcome).length;
  return `${ended('done')} steps done, ${ended('satisfied')} had nothing to do, ${ended('skipped')} left out`;
};

/** How one cluster's part of a run went and where its time was spent. `events` are those of its journal, in order. */
export const runSummary = (events: readonly Event[], journal: string, paint: Paint = noPaint): string => {
  const { steps, phases } = runTimes(events);
  return [
    headline(events, paint),
    `  ${counts(events)}`,
    `  ${shareLine(steps)}`,
    ...section(
      'Phases',
      phases.map(({ phase, durationMs }) => [phase, formatDuration(durationMs)]),
      paint,
    ),
    ...section('Nodes', nodeRows(steps), paint),
    ...section('Out of service (cordoned by this run)', outRows(events), paint),
    ...section('Asked once a second', probeRows(events), paint),
    ...section('Longest steps', longest(steps), paint),
    '',
    `journal: ${journal}`,
    '',
  ].join('\n');
};
