import { dayMs } from '../../model/calendar-day.ts';
import { parseDuration } from '../../model/duration.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { paintFor } from '../../report/paint.ts';
import { runsText } from '../../report/runs-text.ts';
import type { Parts } from '../parts.ts';
import { isUnfinished, newestParts, runParts } from '../resumable.ts';
import { readRuns, type RecordedOutline } from '../stored-runs.ts';
import { wholeNumber } from './runs-list.ts';

export interface RunsPruneOptions {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly unfinished?: boolean;
  readonly artifacts?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const ageMs = (text: string): number => {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const age = days === undefined ? parseDuration(text) : Number(days) * dayMs;
  if (age === undefined) throw new UsageError(`--older-than ${text}: expected an age such as 90d or 12h`);
  return age;
};

/** A run that was killed before its first event, or whose record is broken, began when its id says. */
const begun = ({ run, startedAt }: RecordedOutline['outline']): number | undefined => {
  const [, date, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)(?:-|$)/.exec(run) ?? [];
  const fromId = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return startedAt ?? (Number.isNaN(fromId) ? undefined : fromId);
};

/** What one may not lose by tidying up: what runs, what `nodeops resume` could go on with, and evidence of tampering. */
const protectedRuns = async (parts: Parts, runs: readonly RecordedOutline[]): Promise<ReadonlySet<string>> => {
  const newest = newestParts(await runParts(await parts.journals(), runs));
  return new Set([
    ...newest.filter(isUnfinished).map(({ run }) => run),
    ...runs.filter(({ outline }) => ['unfinished', 'broken'].includes(outline.state)).map(({ outline }) => outline.run),
  ]);
};

const chosenRuns = async (parts: Parts, options: RunsPruneOptions): Promise<readonly RecordedOutline[]> => {
  const { olderThan, keep, unfinished } = options;
  if (olderThan === undefined && keep === undefined)
    throw new UsageError('which runs? Name them with --older-than 90d, --keep 20, or both');
  const before = olderThan === undefined ? Number.POSITIVE_INFINITY : parts.clock.now() - ageMs(olderThan);
  const kept = keep === undefined ? 0 : wholeNumber('--keep', keep, 0);
  const runs = await readRuns(parts);
  const spared = unfinished === true ? new Set<string>() : await protectedRuns(parts, runs);
  return runs
    .slice(kept)
    .filter(({ outline }) => outline.state !== 'running' && !spared.has(outline.run))
    .filter(({ outline }) => olderThan === undefined || (begun(outline) ?? Number.POSITIVE_INFINITY) < before);
};

const artifactsOf = async (parts: Parts, { outline }: RecordedOutline): Promise<readonly string[]> => {
  const store = await parts.artifacts();
  const prefixes = outline.clusters.map(({ cluster }) => `${cluster}/${outline.run}`);
  return (await Promise.all(prefixes.map((prefix) => store.list(prefix)))).flat();
};

const removeOne = async (parts: Parts, run: RecordedOutline, withArtifacts: boolean): Promise<void> => {
  const artifacts = await artifactsOf(parts, run);
  const { outline } = run;
  if (withArtifacts)
    for (const { cluster } of outline.clusters) await (await parts.artifacts()).removeAll(`${cluster}/${outline.run}`);
  await (await parts.journals()).remove(outline.run);
  parts.stdout.write(`removed ${outline.run}\n`);
  for (const name of artifacts) parts.stdout.write(`  ${withArtifacts ? 'removed' : 'kept'} ${name}\n`);
};

/** `nodeops runs prune`: what it removes is shown before it asks, and said after it was removed. @throws UsageError */
export const runsPrune = async (parts: Parts, options: RunsPruneOptions): Promise<number> => {
  if (options.dryRun !== true && options.yes !== true && parts.stdout.isTTY !== true)
    throw new UsageError(
      'there is no terminal to ask at: say --yes to remove, or --dry-run to see what would be removed',
    );
  const chosen = await chosenRuns(parts, options);
  if (chosen.length === 0) {
    parts.stdout.write('nothing to remove\n');
    return exitCode.done;
  }
  const outlines = chosen.map(({ outline }) => outline);
  parts.stdout.write(runsText(outlines, paintFor(parts.stdout, parts.env)));
  if (options.dryRun === true) return exitCode.done;
  const what = `${chosen.length === 1 ? 'this record' : `these ${chosen.length} records`}${options.artifacts === true ? ' and their snapshots' : ''}`;
  if (options.yes !== true && !(await parts.prompt.confirm(`Remove ${what} for good?`))) {
    parts.stdout.write('Nothing was removed.\n');
    return exitCode.done;
  }
  for (const run of chosen) await removeOne(parts, run, options.artifacts === true);
  return exitCode.done;
};
