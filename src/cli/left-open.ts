import { isDeepStrictEqual } from 'node:util';
import { highest } from '../run/lock/judge-lock.ts';
import { lastRun } from '../run/lock/last-run.ts';
import { readLeftWish, type LeftWish } from '../run/lock/left-wish.ts';
import type { Claim } from '../run/lock/watch-lock.ts';
import type { ClusterWish } from './cluster-wish.ts';

/** Whether all that the earlier run was asked for is asked for again. */
const covers = ({ cluster, nodes, asked, parameters }: ClusterWish, left: LeftWish): boolean => {
  const names = new Set(nodes.map(({ name }) => name));
  const all = cluster.nodes.map(({ name }) => name);
  return (
    left.playbook === asked.playbook &&
    isDeepStrictEqual(left.parameters, parameters) &&
    (asked.only === undefined || asked.only === left.only) &&
    (left.limit ?? all).every((name) => names.has(name))
  );
};

/**
 * The run that had the cluster last, where that run was to do the same and the cluster still tells that it did not come
 * to its end: killed between its last step and the release, or failed over something that mended itself since. Nobody
 * could close it otherwise, since nothing is left to do.
 */
export const leftOpen = ({ sight }: Claim, wish: ClusterWish): string | undefined => {
  const { lease } = sight;
  // Nodes alone never say that a run ended: without a lease that tells of it there is nothing that could be closed.
  if (typeof lease !== 'object' || lease.epoch < (highest(sight)?.epoch ?? 0)) return undefined;
  const last = lastRun(wish.cluster, sight);
  if (last === 'none' || last === 'unseen') return undefined;
  if (last.end.kind === 'ended' && last.end.outcome === 'done') return undefined;
  const left = last.wish === undefined ? undefined : readLeftWish(last.wish);
  return left !== undefined && covers(wish, left) ? left.run : undefined;
};
