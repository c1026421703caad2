import { keptOutNodes } from '../../facts/kept-out-nodes.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodes } from '../../facts/nodes.ts';
import { durationOf } from '../../model/duration.ts';
import { exitCode } from '../../model/errors.ts';
import type { LivePage } from '../../ports/live-page.ts';
import { paintFor } from '../../report/paint.ts';
import { statusCounts, statusTable, statusText, type ClusterStatus } from '../../report/status-text.ts';
import { judgeLock } from '../../run/lock/judge-lock.ts';
import { lastRun } from '../../run/lock/last-run.ts';
import { lookAtLock } from '../../run/lock/look-at-lock.ts';
import { observeCluster } from '../../run/observe.ts';
import { reachableOnly } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import { statusOf } from '../cluster-status.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { lookSession } from '../look-session.ts';
import type { Parts } from '../parts.ts';

export interface StatusOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'table' | 'wide' | 'json' | 'prometheus';
  readonly acceptNewHostKeys?: boolean;
  readonly watch?: boolean;
  readonly alertAfter: string;
}

const lookAt = async (parts: Parts, whole: Session, longMs: number): Promise<ClusterStatus> => {
  const { session, lost } = await reachableOnly(whole);
  const [{ observations }, sight] = await Promise.all([
    observeCluster(session, [nodes, keptOutNodes]),
    lookAtLock(session),
  ]);
  const last = lastRun(whole.cluster, sight);
  const found = valueOf(nodes, observations.get(nodes.key));
  return statusOf(
    {
      cluster: whole.cluster,
      nodes: found,
      keptOut: valueOf(keptOutNodes, observations.get(keptOutNodes.key)) ?? {},
      holding: judgeLock(whole.cluster, sight, (mark) => parts.processes.isGone(mark)),
      ...(typeof last === 'string' ? {} : { last }),
      now: parts.clock.now(),
      lost,
    },
    longMs,
  );
};

const render = async (parts: Parts, all: readonly ClusterStatus[], { output }: StatusOptions): Promise<string> => {
  if (output === 'json') return all.map((each) => `${JSON.stringify(each)}\n`).join('');
  if (output === 'prometheus') return (await import('../../report/status-metrics.ts')).statusMetrics(all);
  return statusText(all, paintFor(parts.stdout, parts.env), output === 'wide');
};

/** Between two looks of `--watch`. */
const pauseMs = 2000;

const codeOf = (all: readonly ClusterStatus[]): number => {
  if (all.some(({ state }) => state === 'Failed' || state === 'Blocked')) return exitCode.failed;
  return all.some(({ state }) => state === 'Unknown') ? exitCode.blocked : exitCode.done;
};

/** The view of `--watch` on a terminal; undefined where lines come one after the other. */
const openPage = async (parts: Parts, { watch, output }: StatusOptions): Promise<LivePage | undefined> =>
  watch === true && (output === 'table' || output === 'wide') ? parts.page?.() : undefined;

/** Waits until it is time for the next look; false where nobody wants one. */
const untilNext = async (parts: Parts, left: AbortSignal | undefined): Promise<boolean> => {
  try {
    await parts.clock.sleep(pauseMs, left);
  } catch (error) {
    if (left?.aborted !== true) throw error;
  }
  return left?.aborted !== true && !parts.stopping();
};

const showAll = async (
  parts: Parts,
  all: readonly ClusterStatus[],
  { options, page }: { readonly options: StatusOptions; readonly page: LivePage | undefined },
): Promise<void> => {
  if (page === undefined) {
    parts.stdout.write(await render(parts, all, options));
    return;
  }
  const paint = paintFor(parts.stdout, parts.env);
  page.show({ title: statusCounts(all, paint), ...statusTable(all, paint, options.output === 'wide') });
};

/**
 * `nodeops status`: how the clusters are, all at once. Changes nothing. Exit code 1 where a run left something undone, 3
 * where no API server answered. @throws UsageError before anything is connected to.
 */
export const status = async (parts: Parts, options: StatusOptions): Promise<number> => {
  const longMs = durationOf('--alert-after', options.alertAfter);
  const selected = loadSelection(parts, options);
  const sessions = await Promise.all(selected.map(({ cluster }) => lookSession(parts, cluster, options)));
  const page = await openPage(parts, options);
  try {
    for (;;) {
      const all = await Promise.all(sessions.map((session) => lookAt(parts, session, longMs)));
      await showAll(parts, all, { options, page });
      if (options.watch !== true || !(await untilNext(parts, page?.left))) return codeOf(all);
    }
  } finally {
    page?.end();
    await Promise.all(sessions.map(({ transport }) => transport.close()));
  }
};
