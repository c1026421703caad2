import pLimit from 'p-limit';
import { allHosts } from '../model/cluster.ts';
import { exitCode, UsageError } from '../model/errors.ts';
import type { Member } from '../model/fleet.ts';
import { allSteps, type Plan } from '../model/plan.ts';
import type { Duration } from '../model/time-ahead.ts';
import { planTime, rolesOf } from '../plan/estimate.ts';
import type { ToSave } from '../plan/saved-plan.ts';
import type { RunOutline } from '../report/run-outline.ts';
import { clusterParts, faultText, type Said } from './cluster-parts.ts';
import type { ClusterWish } from './cluster-wish.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import type { RunCluster } from './side-by-side.ts';
import { recentRuns, timesFrom } from './window.ts';

/** One cluster of a fleet as it was found before anything was begun. */
export interface Looked {
  readonly wish: ClusterWish;
  readonly member: Member;
  /** How a dry run of it ended. */
  readonly code: number;
  /** Missing where something stands in the way. */
  readonly plan?: Plan;
  /** How long that takes; missing where nobody knows. */
  readonly takes?: Duration;
  readonly said: Said;
}

/** Handshakes are cheap beside what is read over them; more would only wait for the operator's own machine. */
const lookedAtOnce = 20;

const aheadOf = (code: number, plan: Plan | undefined, leftOpen: string | undefined): Member['ahead'] => {
  if (plan !== undefined)
    return leftOpen === undefined && allSteps(plan).every(({ verdict }) => verdict.kind === 'satisfied')
      ? 'idle'
      : 'work';
  return code === exitCode.done ? 'idle' : 'blocked';
};

const lookAt = async (
  parts: Parts,
  wish: ClusterWish,
  options: PlaybookOptions,
  { run, past }: { readonly run: RunCluster; readonly past: readonly RunOutline[] },
): Promise<Looked> => {
  const own = clusterParts(parts);
  let seen: ToSave | undefined;
  let leftOpen: string | undefined;
  const keep: ClusterWish['keep'] = (toSave, open) => {
    seen = toSave;
    leftOpen = open;
    wish.keep?.(toSave);
  };
  const shown = options.dryRun === true ? {} : { settled: {} };
  const code = await run(own.parts, { ...wish, keep }, { ...options, ...shown, dryRun: true }).catch(
    (error: unknown) => {
      if (error instanceof UsageError) throw error;
      own.parts.stderr.write(faultText(wish.cluster.name, error));
      return exitCode.failed;
    },
  );
  const { plan } = seen ?? {};
  const looked = {
    wish,
    member: {
      cluster: wish.cluster.name,
      ahead: aheadOf(code, plan, leftOpen),
      ...(wish.cluster.atOnce === undefined ? {} : { atOnce: wish.cluster.atOnce }),
    },
    code,
    said: own.take(),
  };
  if (plan === undefined) return looked;
  const times = await timesFrom(parts, past, wish);
  return { ...looked, plan, takes: planTime(plan.phases, rolesOf(allHosts(wish.cluster)), times) };
};

/** Looks at every cluster at once, as a dry run does; nothing is written. What each said comes with it. */
export const lookAtFleet = async (
  parts: Parts,
  wishes: readonly ClusterWish[],
  options: PlaybookOptions,
  run: RunCluster,
): Promise<readonly Looked[]> => {
  const past = await recentRuns(parts);
  const atOnce = Math.max(lookedAtOnce, options.parallel ?? 0);
  // Minutes without a word would be taken for nothing going on.
  if (wishes.length > atOnce && parts.stderr.isTTY === true)
    parts.stderr.write(`looking at ${wishes.length} clusters, ${atOnce} at a time …\n`);
  const limit = pLimit(atOnce);
  return Promise.all(wishes.map((wish) => limit(() => lookAt(parts, wish, options, { run, past }))));
};
