import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import { pods, type PodObject } from '../facts/pods.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { controlPlanes, workers, type Cluster } from '../model/cluster.ts';
import type { Plan } from '../model/plan.ts';
import type { Waivers } from '../model/waivers.ts';
import { foldPlan, type Rests } from '../plan/build-plan.ts';
import { createWorld, type World } from '../plan/world.ts';
import { bindPlaybook, type Selection } from '../playbook/bind.ts';
import { outFirst, parallelWorkers } from '../playbook/order.ts';
import type { Playbook } from '../playbook/schema.ts';
import { evictable, podName } from '../steps/evictable-pods.ts';
import { stepsOfPhases, type BoundPhase } from '../steps/bound.ts';
import { look, lookAtCluster } from './look.ts';
import type { Session } from './session.ts';

export interface Wish {
  readonly playbook: Playbook;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
  readonly run: string;
  readonly waivers?: Waivers;
}

export interface Prepared {
  readonly plan: Plan;
  /** What the verdicts of the plan rest on. */
  readonly rests: Rests;
  readonly phases: readonly BoundPhase[];
}

const settingsOf = (cluster: Cluster, { parameters, run, selection }: Wish): Readonly<Record<string, unknown>> => ({
  ...parameters,
  run,
  lockSeconds: Math.ceil(cluster.aptLockTimeoutMs / 1000),
  drainTimeoutMs: cluster.drain.timeoutMs,
  deleteEmptyDirData: cluster.drain.deleteEmptyDirData,
  nodeNames: selection.nodes,
  controlPlaneNames: controlPlanes(cluster).map(({ name }) => name),
  workerNames: workers(cluster).map(({ name }) => name),
  maxUnavailable: parallelWorkers(cluster),
});

/** Needs no node. @throws UsageError when the playbook leaves a step without a parameter. */
export const bindWish = (cluster: Cluster, wish: Wish): readonly BoundPhase[] =>
  bindPlaybook(wish.playbook, {
    cluster,
    selection: wish.selection,
    settings: settingsOf(cluster, wish),
    ...(wish.waivers === undefined ? {} : { waivers: wish.waivers }),
  });

const known = <T>(world: World, cluster: string, fact: Fact<T>): T | undefined =>
  valueOf(fact, world.get({ kind: 'cluster', cluster }, fact));

const losing = (all: readonly PodObject[], nodeNames: readonly string[]): readonly string[] =>
  evictable(all)
    .filter(({ node, emptyDirs }) => emptyDirs.length > 0 && node !== undefined && nodeNames.includes(node))
    .map((pod) => `${podName(pod)} (${pod.emptyDirs.join(', ')}) on ${pod.node ?? ''}`);

/** What the operator should know before saying yes. */
const noticesFor = ({ cluster }: Session, plan: Plan, all: readonly PodObject[]): readonly string[] => {
  const drained = plan.phases.flatMap(({ lanes }) =>
    lanes.flatMap(({ node, items }) => (node !== undefined && drains(items) ? [node] : [])),
  );
  const lost = losing(all, drained);
  const members = controlPlanes(cluster).length;
  const outage = members <= 2 && controlPlanes(cluster).some(({ name }) => drained.includes(name));
  return [
    ...(outage
      ? [
          `${cluster.name} has ${members === 1 ? 'one control plane' : 'two control planes, which tolerate no loss'}: its API is away for some minutes in between; what runs goes on running`,
        ]
      : []),
    ...(lost.length === 0 ? [] : [`these pods lose the data of their emptyDir: ${lost.join(', ')}`]),
  ];
};

const drains = (items: Plan['phases'][number]['lanes'][number]['items']): boolean =>
  items.some(
    (item) =>
      item.kind === 'bracket' &&
      ((item.bracket === 'drained' && item.enter.verdict.kind !== 'satisfied') || drains(item.body)),
  );

const before = ({ cluster }: Session, nodes: readonly NodeObject[]): Plan['before'] =>
  cluster.nodes.map(({ name, role }) => ({
    node: name,
    role,
    version: nodes.find((node) => node.name === name)?.kubeletVersion ?? '?',
  }));

/** Looks at everything that the playbook's steps want to know, and folds the plan from it. Writes nothing. */
export const preparePlan = async (session: Session, wish: Wish): Promise<Prepared> => {
  const { cluster } = session;
  const bound = bindWish(cluster, wish);
  const world = createWorld();
  await Promise.all([
    look(session, stepsOfPhases(bound), world),
    lookAtCluster(session, [nodesFact, pods, kubeadmConfig], world),
  ]);
  const nodes = known(world, cluster.name, nodesFact) ?? [];
  const phases = bound.map((phase) => ({ ...phase, lanes: outFirst(phase.lanes, nodes) }));
  const { plan, rests } = foldPlan({
    cluster: cluster.name,
    playbook: wish.playbook.name,
    parameters: wish.parameters,
    before: before(session, nodes),
    notices: [],
    createdAt: session.clock.now(),
    bound: phases,
    world,
  });
  return {
    phases,
    rests,
    plan: { ...plan, notices: noticesFor(session, plan, known(world, cluster.name, pods) ?? []) },
  };
};
