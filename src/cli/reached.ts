import { controlPlanes, workers, type Cluster, type Node } from '../model/cluster.ts';
import { preparePlan } from '../run/prepare-plan.ts';
import { unreachableNodes, type Unreachable } from '../run/reach.ts';
import type { Session } from '../run/session.ts';
import { planWish, type ClusterWish } from './cluster-wish.ts';
import { obstaclesOf, obstaclesText, type Obstacle } from './obstacles.ts';
import type { Parts } from './parts.ts';

/** Says what stands in the way; nothing was written. */
export const tellObstacles = (parts: Parts, cluster: Cluster, obstacles: readonly Obstacle[]): void =>
  void parts.stderr.write(`${obstaclesText(cluster, obstacles)}Nothing was changed.\n`);

/** What is wrong with the nodes that can be reached, so that one that cannot does not hide it. */
const obstaclesElsewhere = async (
  session: Session,
  wish: ClusterWish,
  lost: readonly Unreachable[],
): Promise<readonly Obstacle[]> => {
  const reached = (nodes: readonly Node[]) =>
    nodes.map(({ name }) => name).filter((name) => !lost.some(({ node }) => node === name));
  const [controlPlane] = reached(controlPlanes(wish.cluster));
  if (controlPlane === undefined) return [];
  // Asked first, so that none is waited for that has just not answered.
  session.preferred = controlPlane;
  return obstaclesOf((await preparePlan(session, planWish(wish, reached(wish.nodes), 'none'))).plan);
};

/** What is left of a cluster, and of what is asked of it, without some of its nodes. */
const without = (session: Session, wish: ClusterWish, lost: readonly Unreachable[]) => {
  const isHere = ({ name }: Node): boolean => !lost.some(({ node }) => node === name);
  const cluster = { ...wish.cluster, nodes: wish.cluster.nodes.filter(isHere) };
  return { session: { ...session, cluster }, wish: { ...wish, cluster, nodes: wish.nodes.filter(isHere) } };
};

const goesOverWorkers = ({ playbook: { phases } }: ClusterWish): boolean =>
  phases.some(({ on }) => on === 'workers' || on === 'every-node');

/** Nodes that are to be taken out of the cluster because their machines are gone: nothing is done there. */
const goneIn = ({ playbook, parameters: { gone } }: ClusterWish): ReadonlySet<string> =>
  new Set(typeof gone === 'string' && playbook.phases.every(({ on }) => on === 'cluster') ? gone.split(',') : []);

/** Whether nodes are ended: one that is away would keep its part, and nobody would know whose it is. */
const endsNodes = ({ playbook: { phases } }: ClusterWish): boolean =>
  phases.some(({ steps }) => steps.some((step) => 'uses' in step && step.uses === 'reset-node'));

/**
 * Connects to every node. Undefined, with everything that is wrong told, where one is away: but workers are left out in
 * an outage, since what is dead may be why the control plane is restored, and where no phase goes over them. Whoever ends
 * a cluster leaves nobody out.
 */
export const reached = async (
  parts: Parts,
  session: Session,
  wish: ClusterWish,
): Promise<{ readonly session: Session; readonly wish: ClusterWish } | undefined> => {
  const lost = await unreachableNodes(session);
  const gone = goneIn(wish);
  if (lost.every(({ node }) => gone.has(node))) return without(session, wish, lost);
  const isWorker = ({ node }: Unreachable): boolean => workers(wish.cluster).some(({ name }) => name === node);
  const outage = wish.playbook.mode === 'outage' && !endsNodes(wish);
  if ((!outage && goesOverWorkers(wish)) || !lost.every(isWorker)) {
    tellObstacles(parts, wish.cluster, [...lost, ...(await obstaclesElsewhere(session, wish, lost))]);
    return undefined;
  }
  for (const { node, message } of lost)
    parts.stderr.write(
      `${wish.cluster.name}/${node}: left out: ${message}\n    ${outage ? `once it is back: systemctl restart kubelet on ${node}` : 'nothing is done on workers'}\n`,
    );
  return without(session, wish, lost);
};
