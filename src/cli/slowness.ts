import { allHosts } from '../model/cluster.ts';
import type { Plan } from '../model/plan.ts';
import { planTime, rolesOf } from '../plan/estimate.ts';
import type { Ui } from '../ports/ui.ts';
import { formatDuration } from '../report/duration.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { tellConcern } from './notify.ts';
import { overheard } from './overheard.ts';
import type { Parts } from './parts.ts';
import { recentRuns, timesFrom } from './window.ts';

/** What is over sooner is told of nobody, however quick it was before. */
const leastMs = 15 * 60_000;

/** Waits until a run takes longer than nine of ten like it, and tells of it once. Rejects where it is called off. */
const watch = async (
  parts: Parts,
  wish: ClusterWish,
  { run, plan, ui }: { readonly run: string; readonly plan: Plan; readonly ui: Ui },
  over: AbortSignal,
): Promise<void> => {
  await parts.clock.sleep(leastMs, over);
  const times = await timesFrom(parts, await recentRuns(parts), wish);
  const { longMs } = planTime(plan.phases, rolesOf(allHosts(wish.cluster)), times);
  if (longMs > leastMs) await parts.clock.sleep(longMs - leastMs, over);
  over.throwIfAborted();
  const limitMs = Math.max(leastMs, longMs);
  const why = 'nine of ten like it are over by then';
  ui.notice(`${wish.cluster.name} is slow: it goes on after ${formatDuration(limitMs)}, and ${why}`);
  await tellConcern(parts, wish, run, { event: 'slow', durationMs: limitMs, why });
};

/** The same view; where the run takes longer than 15 minutes and than nine of ten like it, that is told of once. */
export const noticingSlow = (
  parts: Parts,
  wish: ClusterWish,
  { run, plan, ui }: { readonly run: string; readonly plan: Plan; readonly ui: Ui },
): Ui => {
  const over = new AbortController();
  return overheard(ui, {
    event: ({ type }) => {
      if (type === 'run-finished') over.abort();
      if (type !== 'run-started') return;
      watch(parts, wish, { run, plan, ui }, over.signal).catch((error: unknown) => {
        if (!over.signal.aborted) ui.notice(`how long it takes cannot be watched: ${String(error)}`);
      });
    },
    end: () => over.abort(),
  });
};
