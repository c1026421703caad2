import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import { pods } from '../facts/pods.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Plan } from '../model/plan.ts';
import type { Rests } from '../plan/build-plan.ts';
import { createWorld, known, type World } from '../plan/world.ts';
import { bindPlaybook, type Hop } from '../playbook/bind.ts';
import { withClusterHooks } from '../playbook/hooks.ts';
import { leaderLast, outFirst } from '../playbook/order.ts';
import { drainModes } from '../drain/mode.ts';
import { phaseAfter, stepsOfPhases, type BoundPhase } from '../steps/bound.ts';
import { judge } from '../steps/see.ts';
import { nodeTimeoutOf, settingsOf } from './run-settings.ts';
import { afterFailure, chosen, viaOf, workersOf, type Wish } from './wish.ts';
import { findWay } from './find-way.ts';
import { look, lookAtCluster } from './look.ts';
import { drainTimes, goingFurtherTold, noticesFor } from './plan-notices.ts';
import type { Session } from './session.ts';
import { foldInTime, windowLine } from './window-guard.ts';

export interface Prepared {
  readonly plan: Plan;
  /** What the verdicts of the plan rest on. */
  readonly rests: Rests;
  readonly phases: readonly BoundPhase[];
  /** What an earlier run left that must not stay behind, whatever becomes of this one: `paris-w1: hold again: kubelet`. */
  readonly leftBehind: readonly string[];
}

const bindHop = (cluster: Cluster, wish: Wish, hop: Hop | undefined): readonly BoundPhase[] =>
  bindPlaybook(wish.playbook, {
    cluster,
    selection: wish.selection,
    settings: settingsOf(cluster, wish, hop),
    ...(hop === undefined ? {} : { hop }),
    ...(wish.waivers === undefined ? {} : { waivers: wish.waivers }),
  });

/**
 * Fills the playbook in, for each hop of a way in turn. Needs no node.
 * @throws UsageError when the playbook leaves a step without a parameter, or a parameter is none.
 */
export const bindWish = (cluster: Cluster, wish: Wish, hops: readonly Hop[] = []): readonly BoundPhase[] => {
  workersOf(wish);
  chosen(wish, 'drain', drainModes);
  chosen(wish, 'onFailure', afterFailure);
  viaOf(wish);
  nodeTimeoutOf(wish);
  const phases =
    hops.length === 0 ? bindHop(cluster, wish, undefined) : hops.flatMap((hop) => bindHop(cluster, wish, hop));
  const to = hops.at(-1)?.version ?? wish.parameters['version'];
  const { playbook, run } = wish;
  return withClusterHooks(phases, { playbook, cluster, run, ...(typeof to === 'string' ? { to } : {}) });
};

const before = ({ cluster }: Session, nodes: readonly NodeObject[]): Plan['before'] =>
  cluster.nodes.map(({ name, role }) => ({
    node: name,
    role,
    version: nodes.find((node) => node.name === name)?.kubeletVersion ?? '?',
  }));

/** The member that leads, by its node's name. */
const leaderOf = (world: World, cluster: string): string | undefined => {
  const leading = known(world, cluster, etcdStatus)?.find(({ leader }) => leader);
  return known(world, cluster, etcdMembers)?.find(({ id }) => id === leading?.memberId)?.name;
};

const ordered = (bound: readonly BoundPhase[], world: World, cluster: string): readonly BoundPhase[] => {
  const nodes = known(world, cluster, nodesFact) ?? [];
  return bound.map((phase) => {
    const lanes = outFirst(phase.lanes, nodes);
    return { ...phase, lanes: phase.order === undefined ? lanes : leaderLast(lanes, leaderOf(world, cluster)) };
  });
};

const leftBehind = (phases: readonly BoundPhase[], world: World): readonly string[] =>
  phases
    .filter(({ always }) => always)
    .flatMap((phase) => stepsOfPhases([phaseAfter(phase, 'failed')]))
    .flatMap((step) => {
      const { verdict } = judge(step, (fact) => world.get(step.on, fact));
      const where = step.on.kind === 'node' ? `${step.on.node}: ` : '';
      return verdict.kind === 'needed' ? [`${where}${verdict.changes.join(', ')}`] : [];
    });

/** Looks at everything that the playbook's steps want to know, and folds the plan from it. Writes nothing. */
export const preparePlan = async (session: Session, wish: Wish): Promise<Prepared> => {
  const { cluster } = session;
  const { hops, told } = await findWay(session, wish);
  const bound = bindWish(cluster, wish, hops);
  const world = createWorld();
  await Promise.all([
    look(session, stepsOfPhases(bound), world),
    lookAtCluster(session, [nodesFact, pods, kubeadmConfig], world),
  ]);
  const nodes = known(world, cluster.name, nodesFact) ?? [];
  const phases = ordered(bound, world, cluster.name);
  const { plan, rests } = foldInTime(session, {
    cluster: cluster.name,
    playbook: wish.playbook.name,
    parameters: wish.parameters,
    before: before(session, nodes),
    notices: [],
    createdAt: session.clock.now(),
    bound: phases,
    world,
  });
  const seen = { nodes, pods: known(world, cluster.name, pods) ?? [] };
  const notices = noticesFor(cluster, plan, seen);
  const further = [...told, ...goingFurtherTold(hops, nodes)];
  return {
    phases,
    rests,
    leftBehind: leftBehind(phases, world),
    plan: {
      ...plan,
      notices: [...further, ...notices, ...drainTimes(phases, world), ...windowLine(session, phases)],
    },
  };
};
