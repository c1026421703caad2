import { apiProbe, type ProbeRecord } from '../model/probe.ts';
import type { RunOutline } from '../report/run-outline.ts';
import { readBaseline, type Baseline } from '../run/baseline.ts';
import type { Parts } from './parts.ts';
import { readNamed, readRuns } from './stored-runs.ts';

/** How a cluster was before a maintenance, as this machine kept it. */
export interface KeptBaseline {
  /** The run that took it: the first of those that went on with each other. */
  readonly run: string;
  readonly baseline: Baseline;
  /** What runs saw of the API since then; missing where none asked it to its end. */
  readonly api?: ProbeRecord;
}

const resumedBy = (outline: RunOutline, cluster: string): string | undefined =>
  outline.clusters.find((each) => each.cluster === cluster)?.resumes;

/** A run and those before with which it went on, the newest first. */
const chainOf = (runs: readonly RunOutline[], run: string, cluster: string): readonly RunOutline[] => {
  const chain: RunOutline[] = [];
  let id: string | undefined = run;
  while (id !== undefined) {
    const found = runs.find((each) => each.run === id);
    if (found === undefined || chain.includes(found)) break;
    chain.push(found);
    id = resumedBy(found, cluster);
  }
  return chain;
};

const summed = (records: readonly ProbeRecord[]): ProbeRecord | undefined => {
  const [first, ...others] = records;
  if (first === undefined) return undefined;
  return others.reduce(
    (sum, each) => ({
      asked: sum.asked + each.asked,
      failed: sum.failed + each.failed,
      awayMs: sum.awayMs + each.awayMs,
      longestMs: Math.max(sum.longestMs, each.longestMs),
      blindMs: sum.blindMs + each.blindMs,
    }),
    first,
  );
};

const seenOfApi = async (
  parts: Parts,
  runs: readonly RunOutline[],
  cluster: string,
  from: string,
): Promise<ProbeRecord | undefined> => {
  const journals = await parts.journals();
  const records: ProbeRecord[] = [];
  // Ids begin with their time.
  for (const { run, clusters } of runs.filter((each) => each.run >= from)) {
    if (!clusters.some((each) => each.cluster === cluster)) continue;
    const { events } = await journals.readCluster(run, cluster, (note) => void parts.stderr.write(`note: ${note}\n`));
    for (const event of events)
      if (event.type === 'probes-ended') records.push(...event.probes.filter(({ name }) => name === apiProbe));
  }
  return summed(records);
};

const baselineOf = async (parts: Parts, run: string, cluster: string): Promise<Baseline | undefined> =>
  readBaseline((await (await parts.journals()).readBaseline(run, cluster)) ?? '');

/** The runs of this machine, newest first, and which of them is meant; `last` is not one before the cluster is known. */
export interface SinceRun {
  readonly runs: readonly RunOutline[];
  readonly asked?: string;
}

/** @throws UsageError for a run that is not there, BrokenJournal */
export const sinceRun = async (parts: Parts, name: string): Promise<SinceRun> => {
  const { run } = (await readNamed(parts, name)).outline;
  const runs = (await readRuns(parts)).map(({ outline }) => outline).filter(({ state }) => state !== 'broken');
  return { runs, ...(name === 'last' ? {} : { asked: run }) };
};

const whyNone = (cluster: string, run: string | undefined): string =>
  run === undefined
    ? `no run of this machine kept how ${cluster} was before it began`
    : `the run ${run} did not keep how ${cluster} was before it began: it was not about it, was killed before, or is of an older nodeops`;

/**
 * How a cluster was before a run began; where that run went on with an earlier one, before that one began. `last` is the
 * newest run that kept it of this cluster. Otherwise why there is none.
 * @throws BrokenJournal
 */
export const keptBaseline = async (
  parts: Parts,
  cluster: string,
  { runs, asked }: SinceRun,
): Promise<KeptBaseline | { readonly why: string }> => {
  for (const { run } of asked === undefined ? runs : runs.filter((each) => each.run === asked)) {
    if ((await baselineOf(parts, run, cluster)) === undefined) continue;
    for (const first of chainOf(runs, run, cluster).toReversed()) {
      const baseline = await baselineOf(parts, first.run, cluster);
      if (baseline === undefined) continue;
      const api = await seenOfApi(parts, runs, cluster, first.run);
      return { run: first.run, baseline, ...(api === undefined ? {} : { api }) };
    }
  }
  return { why: whyNone(cluster, asked) };
};
