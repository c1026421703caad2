import { exitCode, UsageError } from '../../model/errors.ts';
import { paintFor } from '../../report/paint.ts';
import { runsText } from '../../report/runs-text.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { readRuns } from '../stored-runs.ts';

export interface RunsListOptions {
  readonly output: OutputFormat;
  readonly cluster?: readonly string[];
  readonly last?: string;
}

/** A whole number from 0 or 1 on, as an option gives it. @throws UsageError */
export const wholeNumber = (option: string, text: string, least: 0 | 1): number => {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`${option} ${text}: expected a whole number from ${least} on, for example ${option} 5`);
};

/** `nodeops runs list`: JSON is one array. @throws UsageError */
export const runsList = async (parts: Parts, { output, cluster, last }: RunsListOptions): Promise<number> => {
  const count = last === undefined ? undefined : wholeNumber('--last', last, 1);
  const chosen = (await readRuns(parts))
    .map(({ outline }) => outline)
    // What a broken record was about is not known: it is never left out.
    .filter(
      ({ state, clusters }) =>
        cluster === undefined || state === 'broken' || clusters.some((each) => cluster.includes(each.cluster)),
    )
    .slice(0, count);
  const text = output === 'json' ? `${JSON.stringify(chosen)}\n` : runsText(chosen, paintFor(parts.stdout, parts.env));
  parts.stdout.write(text);
  return exitCode.done;
};
