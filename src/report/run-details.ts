import type { Event, Failure } from '../model/event.ts';
import { formatDuration } from './duration.ts';
import { failureText } from './failure-text.ts';
import { noPaint } from './paint.ts';
import type { Paint } from './paint.ts';
import { runSummary } from './run-summary.ts';
import { runTimes, type StepTime } from './run-times.ts';
import { formatTime } from './runs-text.ts';
import { alignColumns } from './text-table.ts';

/** One cluster's part of a run, as a program reads it. */
export interface RunDetails {
  readonly cluster: string;
  readonly directory: string;
  readonly steps: readonly StepTime[];
  readonly failure?: Failure;
}

export const runDetails = (cluster: string, directory: string, events: readonly Event[]): RunDetails => {
  // Before a node is begun no step fails: only the end of the run says why there was no more.
  const failure =
    events.findLast((event) => event.type === 'step-failed')?.failure ??
    events.findLast((event) => event.type === 'run-finished')?.failure;
  return { cluster, directory, steps: runTimes(events).steps, ...(failure === undefined ? {} : { failure }) };
};

/** Why it was begun, in the operator's words. */
const reasonLines = (events: readonly Event[]): readonly string[] => {
  const start = events.find((event) => event.type === 'run-started');
  return [
    ...(start?.reason === undefined ? [] : [`reason: ${start.reason}`]),
    ...(start?.ignoresWindow === true ? ['the maintenance window was ignored (--ignore-window)'] : []),
  ];
};

const opening = (events: readonly Event[]): string => {
  const start = events.find((event) => event.type === 'run-started');
  if (start === undefined) return 'killed before its first event';
  const { playbook, operator, host, nodeops, at, resumes } = start;
  const goesOn = resumes === undefined ? '' : `, goes on with ${resumes}`;
  return `${playbook}, begun ${formatTime(at)} by ${operator} on ${host}, nodeops ${nodeops}${goesOn}`;
};

const stepRows = (steps: readonly StepTime[]): readonly string[] =>
  alignColumns(steps.map(({ address, outcome, durationMs }) => [address, outcome, formatDuration(durationMs)]));

/** The same for a person: what was begun, why it stopped, every step, where the time went, where the files are. */
export const runDetailsText = (
  cluster: string,
  directory: string,
  events: readonly Event[],
  paint: Paint = noPaint,
): string => {
  const { steps, failure } = runDetails(cluster, directory, events);
  return [
    `${paint('strong', cluster)}: ${opening(events)}`,
    ...reasonLines(events).map((line) => `  ${line}`),
    '',
    ...(steps.length === 0 ? [] : [paint('strong', 'Steps'), ...stepRows(steps).map((line) => `  ${line}`), '']),
    ...(failure === undefined ? [] : [failureText(failure, paint)]),
    ...(events.length === 0 ? [`journal: ${directory}`, ''] : [runSummary(events, directory, paint)]),
  ].join('\n');
};
