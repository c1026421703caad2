import type { Plan } from '../model/plan.ts';
import { failureText } from '../report/failure-text.ts';
import { paintFor } from '../report/paint.ts';
import { planText } from '../report/plan-text.ts';
import { runSummary } from '../report/run-summary.ts';
import type { RecordedRun } from '../run/record-run.ts';
import type { OutputFormat, Parts } from './parts.ts';

/** The plan, before anybody is asked whether to begin. */
export const showPlan = (parts: Parts, plan: Plan, output: OutputFormat): void => {
  const text = output === 'json' ? `${JSON.stringify(plan)}\n` : planText(plan, paintFor(parts.stdout, parts.env));
  parts.stdout.write(text);
};

/** How a run ended, and what is typed to go on. */
export const tellResult = (parts: Parts, recorded: RecordedRun, again: string, among: boolean): void => {
  const { run, result, events, directory, stoppedBy } = recorded;
  const paint = paintFor(parts.stdout, parts.env);
  if (result.failure !== undefined) parts.stdout.write(failureText(result.failure, paint));
  if (result.outcome === 'interrupted')
    parts.stdout.write(
      `Stopped between two steps${stoppedBy === undefined ? '' : `, ${stoppedBy}`}. Go on with: nodeops resume ${run}\nFrom another machine: ${again}\n`,
    );
  // Among many, what went well is a line of their table; `nodeops runs show` has the rest.
  if (!among || result.outcome !== 'done') parts.stdout.write(runSummary(events, directory, paint));
};
