import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import { offeredPackages } from '../facts/offered-packages.ts';
import { pods } from '../facts/pods.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { controlPlanes, type Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import { optionWord } from '../model/option-word.ts';
import type { Plan } from '../model/plan.ts';
import { minorOf, minorsBetween, parseVersion, upstreamOf, type Version } from '../model/version.ts';
import { hopsOf, minorsOnTheWay } from '../plan/hops.ts';
import type { Rests } from '../plan/build-plan.ts';
import { createWorld, type World } from '../plan/world.ts';
import { bindPlaybook, type Hop } from '../playbook/bind.ts';
import { leaderLast, outFirst } from '../playbook/order.ts';
import { drainModes } from '../drain/mode.ts';
import { stepsOfPhases, type BoundPhase } from '../steps/bound.ts';
import { nodeTimeoutOf, settingsOf } from './run-settings.ts';
import { afterFailure, type Wish } from './wish.ts';
import { look, lookAtCluster } from './look.ts';
import { observeNode } from './observe.ts';
import { drainTimes, noticesFor } from './plan-notices.ts';
import type { Session } from './session.ts';
import { foldInTime, windowLine } from './window-guard.ts';

export interface Prepared {
  readonly plan: Plan;
  /** What the verdicts of the plan rest on. */
  readonly rests: Rests;
  readonly phases: readonly BoundPhase[];
}

const workersGo = ['each-hop', 'last'] as const;

/** A parameter that is one of some words; the first where it was not given. @throws UsageError for anything else. */
const chosen = <W extends string>({ parameters }: Wish, name: string, words: readonly [W, ...W[]]): W => {
  const { [name]: given = words[0] } = parameters;
  const found = words.find((each) => each === given);
  if (found === undefined)
    throw new UsageError(`${name} ${JSON.stringify(given)}: expected ${words.join(' or ')} (${optionWord(name)})`);
  return found;
};

/** When workers go along. @throws UsageError for anything else. */
const workersOf = (wish: Wish): (typeof workersGo)[number] => chosen(wish, 'workers', workersGo);

/** Versions to go over. @throws UsageError for what is none. */
const viaOf = ({ parameters }: Wish): readonly Version[] => {
  const { via = '' } = parameters;
  return String(via)
    .split(',')
    .filter((text) => text !== '')
    .map((text) => {
      const version = parseVersion(text.trim());
      if (version === undefined)
        throw new UsageError(`via ${JSON.stringify(text)}: expected versions such as 1.35.4 (--via)`);
      return version;
    });
};

const bindHop = (cluster: Cluster, wish: Wish, hop: Hop | undefined): readonly BoundPhase[] =>
  bindPlaybook(wish.playbook, {
    cluster,
    selection: wish.selection,
    settings: settingsOf(cluster, wish, hop),
    ...(hop === undefined ? {} : { hop }),
    ...(wish.waivers === undefined ? {} : { waivers: wish.waivers }),
  });

/**
 * Fills the playbook in, for each of several versions in turn. Needs no node.
 * @throws UsageError when the playbook leaves a step without a parameter, or a parameter is none.
 */
export const bindWish = (cluster: Cluster, wish: Wish, hops: readonly Version[] = []): readonly BoundPhase[] => {
  const when = workersOf(wish);
  chosen(wish, 'drain', drainModes);
  chosen(wish, 'onFailure', afterFailure);
  viaOf(wish);
  nodeTimeoutOf(wish);
  if (hops.length < 2) return bindHop(cluster, wish, undefined);
  return hops.flatMap((version, index) => {
    const last = index === hops.length - 1;
    return bindHop(cluster, wish, { version, last, workers: last || when === 'each-hop' });
  });
};

/** By minor, what every node's repository offers; a node that cannot be asked keeps nothing back. */
const offeredOn = async (
  session: Session,
  nodes: readonly string[],
  minors: readonly string[],
): Promise<ReadonlyMap<string, readonly Version[]>> => {
  const facts = minors.map((minor) => offeredPackages(minor));
  const seen = await Promise.all(nodes.map((node) => observeNode(session, node, facts)));
  return new Map(
    facts.map((fact, index) => {
      const lists = seen.flatMap((observations) => {
        const offers = valueOf(fact, observations.get(fact.key))?.offers['kubeadm'];
        return offers === undefined ? [] : [offers.flatMap((deb) => upstreamOf(deb) ?? [])];
      });
      const [first = [], ...others] = lists;
      return [minors[index] ?? '', first.filter((version) => others.every((list) => list.includes(version)))];
    }),
  );
};

/**
 * The versions that the wish leads over: more than one only where all control planes take part, and the target lies more
 * than a minor above what is there (or a hop was left unfinished).
 */
const findHops = async (session: Session, wish: Wish): Promise<readonly Version[]> => {
  const { cluster } = session;
  const { version: wanted } = wish.parameters;
  const target = typeof wanted === 'string' ? parseVersion(wanted) : undefined;
  const all = controlPlanes(cluster).map(({ name }) => name);
  if (!wish.playbook.hops || target === undefined || !all.every((name) => wish.selection.nodes.includes(name)))
    return [];
  const world = createWorld();
  await lookAtCluster(session, [nodesFact, kubeadmConfig], world);
  const current = known(world, cluster.name, kubeadmConfig)?.kubernetesVersion;
  if (current === undefined || minorsBetween(current, target) < 1) return [target];
  const brought = workersOf(wish) === 'last' ? all : wish.selection.nodes;
  const running = (known(world, cluster.name, nodesFact) ?? [])
    .filter(({ name }) => brought.includes(name))
    .map(({ kubeletVersion }) => kubeletVersion);
  const via = viaOf(wish);
  const minors = minorsOnTheWay(current, target).filter((minor) => !via.some((version) => minorOf(version) === minor));
  const offered =
    minors.length === 0
      ? new Map<string, readonly Version[]>()
      : await offeredOn(session, wish.selection.nodes, minors);
  return hopsOf({ current, target, running, offered, via });
};

const known = <T>(world: World, cluster: string, fact: Fact<T>): T | undefined =>
  valueOf(fact, world.get({ kind: 'cluster', cluster }, fact));

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

/** Looks at everything that the playbook's steps want to know, and folds the plan from it. Writes nothing. */
export const preparePlan = async (session: Session, wish: Wish): Promise<Prepared> => {
  const { cluster } = session;
  const bound = bindWish(cluster, wish, await findHops(session, wish));
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
  return {
    phases,
    rests,
    plan: { ...plan, notices: [...notices, ...drainTimes(phases, world), ...windowLine(session, phases)] },
  };
};
