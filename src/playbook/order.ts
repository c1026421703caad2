import { isOut, type NodeObject } from '../facts/nodes.ts';
import { workers, type Cluster, type MaxUnavailable } from '../model/cluster.ts';
import type { BoundLane } from '../steps/bound.ts';

/** How many workers may be out at once: a percentage is rounded down, and at least one always may. */
export const unavailableWorkers = (limit: MaxUnavailable, workerCount: number): number =>
  Math.max(1, 'count' in limit ? limit.count : Math.floor((limit.percent * workerCount) / 100));

export const parallelWorkers = (cluster: Cluster): number =>
  unavailableWorkers(cluster.maxUnavailable, workers(cluster).length);

/** Nodes that are out already come first: upgrading them costs nobody anything more. Otherwise the order stays. */
export const outFirst = (lanes: readonly BoundLane[], nodes: readonly NodeObject[]): readonly BoundLane[] => {
  const first = ({ node }: BoundLane): boolean => nodes.some((each) => each.name === node && isOut(each));
  return [...lanes.filter(first), ...lanes.filter((lane) => !first(lane))];
};

/** The leader of etcd goes last: what moves its leadership moves it once, to a member that is done with. */
export const leaderLast = (lanes: readonly BoundLane[], leader: string | undefined): readonly BoundLane[] => [
  ...lanes.filter(({ node }) => node !== leader),
  ...lanes.filter(({ node }) => node === leader),
];
