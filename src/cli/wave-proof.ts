import type { Cluster } from '../model/cluster.ts';
import type { Wave } from '../model/wave.ts';
import { checklistOf } from './commands/verify.ts';
import type { LookOptions } from './look-session.ts';
import type { Parts } from './parts.ts';
import { tellRun } from './told-run.ts';
import { doubtOfCheck } from './wave-checks.ts';

type ProofOptions = LookOptions & { readonly inventory?: string };

/** When the last run of nodeops in a cluster ended, by its own lease; undefined where nothing there tells. */
export const lastEndOf = async (parts: Parts, cluster: Cluster, options: ProofOptions): Promise<number | undefined> => {
  const told = await tellRun(parts, cluster, options);
  return told.kind === 'nothing' ? told.endedAt : undefined;
};

const doubtsOfCluster = async (parts: Parts, cluster: Cluster, options: ProofOptions): Promise<readonly string[]> => {
  const { items } = await checklistOf(parts, cluster, options);
  return items.flatMap(({ item, misses, unread }) =>
    [...misses.map(({ because }) => because), ...unread].map((why) => `${cluster.name}: ${item}: ${why}`),
  );
};

/**
 * What speaks against going on after a wave: everything that `nodeops verify` misses or cannot see in its clusters, and
 * each of its checks that does not hold.
 */
export const doubtsOf = async (
  parts: Parts,
  wave: Wave,
  clusters: readonly Cluster[],
  options: ProofOptions,
): Promise<readonly string[]> => {
  const found = await Promise.all([
    ...clusters.map((cluster) => doubtsOfCluster(parts, cluster, options)),
    ...wave.checks.map((check) => doubtOfCheck(parts, wave, check)),
  ]);
  return found.flat();
};
