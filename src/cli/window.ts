import { allHosts } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Event } from '../model/event.ts';
import { rolesOf, stepTimes, type StepTimes } from '../plan/estimate.ts';
import type { RunOutline } from '../report/run-outline.ts';
import { BrokenJournal } from '../ports/journal-store.ts';
import type { ClusterWish } from './cluster-wish.ts';
import type { Parts } from './parts.ts';
import { reasonOf, type ConsentOptions } from './protection.ts';
import { readRuns } from './stored-runs.ts';

export interface WindowOptions {
  /** Goes on whatever the maintenance window says: `--ignore-window`, with a reason. */
  readonly ignoreWindow?: boolean;
}

/**
 * The window is ignored this time only: who goes on with the run has to say so again.
 * @throws UsageError where no reason is given.
 */
export const ignoring = (
  wishes: readonly ClusterWish[],
  options: WindowOptions & ConsentOptions,
): readonly ClusterWish[] => {
  if (options.ignoreWindow !== true) return wishes;
  const ignoreWindow = reasonOf(options) ?? '';
  if (ignoreWindow !== '') return wishes.map((wish) => ({ ...wish, ignoreWindow }));
  throw new UsageError(
    "--ignore-window: say why, for the journal: --ignore-window --reason 'CHG-4711: the disk fails'",
  );
};

/** Runs that are looked through, and how many of one cluster count: what was longer ago says less. */
const newestRuns = 200;
const runsThatCount = 10;

const readEvents = async (parts: Parts, run: string, cluster: string): Promise<readonly Event[]> => {
  const note = (text: string): void => void parts.stderr.write(`note: ${text}\n`);
  try {
    return (await (await parts.journals()).readCluster(run, cluster, note)).events;
  } catch (error) {
    if (!(error instanceof BrokenJournal)) throw error;
    note(`${error.message}: it says nothing of how long steps take`);
    return [];
  }
};

/** Runs of this machine whose times may count, the newest first. */
export const recentRuns = async (parts: Parts): Promise<readonly RunOutline[]> =>
  (await readRuns(parts, newestRuns)).map(({ outline }) => outline);

/**
 * How long steps took on a cluster, from what this machine journalled of runs of the same playbook. The same step can be
 * another matter in another one: on the way back kubeadm has little left to do.
 */
export const timesFrom = async (
  parts: Parts,
  runs: readonly RunOutline[],
  { cluster, playbook }: Pick<ClusterWish, 'cluster' | 'playbook'>,
): Promise<StepTimes> => {
  const own = runs.filter(({ clusters }) =>
    clusters.some((each) => each.cluster === cluster.name && each.playbook === playbook.name),
  );
  const events = await Promise.all(own.slice(0, runsThatCount).map(({ run }) => readEvents(parts, run, cluster.name)));
  return stepTimes({
    runs: events,
    roleOf: rolesOf(allHosts(cluster)),
    drainTimeoutMs: cluster.drain.timeoutMs,
  });
};

/** The same for a session; nothing is read where the cluster has no window. */
export const pastTimes = async (
  parts: Parts,
  wish: Pick<ClusterWish, 'cluster' | 'playbook'>,
): Promise<{ readonly times?: StepTimes }> =>
  wish.cluster.window === undefined ? {} : { times: await timesFrom(parts, await recentRuns(parts), wish) };
