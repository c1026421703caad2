import { valueOf, type Fact } from '../facts/fact.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { isOutForRun, nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import { packages } from '../facts/packages.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { staticPods } from '../facts/static-pods.ts';
import { controlPlanes, type Cluster, type Node } from '../model/cluster.ts';
import { compareVersions, minorOf, minorsBetween, parseVersion, upstreamOf, type Version } from '../model/version.ts';
import { goingFurther, hopsBack, type NodeThen } from '../plan/hops-back.ts';
import { hopsOf, minorsOnTheWay } from '../plan/hops.ts';
import { createWorld, known } from '../plan/world.ts';
import type { Hop } from '../playbook/bind.ts';
import { versionedComponents } from '../steps/upgrade-evidence.ts';
import { lookAtCluster } from './look.ts';
import { observeNode } from './observe.ts';
import { offeredEverywhere, offersOf } from './offered.ts';
import type { Session } from './session.ts';
import { backInPlace, snapshotLoss } from './told-way-back.ts';
import { viaOf, workersOf, type Wish } from './wish.ts';

/** Where a run goes. */
export interface Way {
  readonly hops: readonly Hop[];
  /** What an operator should know of it before saying yes. */
  readonly told: readonly string[];
}

const nowhere: Way = { hops: [], told: [] };

/** By minor, what every node's repository offers. */
const offeredOn = async (
  session: Session,
  nodes: readonly string[],
  minors: readonly string[],
): Promise<ReadonlyMap<string, readonly Version[]>> =>
  new Map([...(await offersOf(session, nodes, minors))].map(([minor, offers]) => [minor, offeredEverywhere(offers)]));

/**
 * A run of ours keeps out what the first control plane of a hop waits for: another control plane, which is to carry the
 * cluster, or, with all other nodes out, whatever could take its pods.
 */
const isStranded = (cluster: Cluster, nodes: readonly NodeObject[]): boolean => {
  const [first, ...others] = controlPlanes(cluster);
  const kept = nodes.filter(isOutForRun);
  return (
    kept.some((node) => others.some(({ name }) => name === node.name)) ||
    (kept.length > 0 && nodes.every(({ name, unschedulable }) => unschedulable || name === first?.name))
  );
};

const nodeThen = async (session: Session, { name, role }: Node): Promise<NodeThen> => {
  const facts = [restorePoints, kubeletVersions, packages, ...(role === 'control-plane' ? [staticPods] : [])];
  const seen = await observeNode(session, name, facts);
  const value = <T>(fact: Fact<T>): T | undefined => valueOf(fact, seen.get(fact.key));
  const { installed, running } = value(kubeletVersions) ?? {};
  const kubeadm = upstreamOf(value(packages)?.installed['kubeadm']?.version ?? '');
  const pods = value(staticPods)?.components ?? {};
  return {
    name,
    role,
    points: value(restorePoints) ?? [],
    ...(installed === undefined ? {} : { installed }),
    ...(running === undefined ? {} : { running }),
    ...(kubeadm === undefined ? {} : { kubeadm }),
    components: versionedComponents.flatMap((component) => pods[component]?.version ?? []),
  };
};

/** What the hops of an upgrade depend on. */
interface Standing {
  readonly current: Version | undefined;
  readonly running: readonly Version[];
  readonly stranded: boolean;
}

/**
 * What an API that does not answer, or cannot yet say what nodes there are, keeps back is asked of the nodes themselves: a
 * hop that was begun and left must not be passed over for that.
 */
const standing = async (session: Session, brought: readonly string[]): Promise<Standing> => {
  const { cluster } = session;
  const world = createWorld();
  await lookAtCluster(session, [nodesFact, kubeadmConfig], world);
  const configured = known(world, cluster.name, kubeadmConfig)?.kubernetesVersion;
  const listed = known(world, cluster.name, nodesFact);
  const asked =
    configured === undefined || listed === undefined
      ? await Promise.all(
          cluster.nodes
            .filter(({ name, role }) => role === 'control-plane' || brought.includes(name))
            .map((node) => nodeThen(session, node)),
        )
      : [];
  const kubelets =
    listed?.map(({ name, kubeletVersion }) => ({ name, versions: [kubeletVersion] })) ??
    asked.map(({ name, installed, running }) => ({ name, versions: [installed, running] }));
  return {
    current: configured ?? asked.flatMap(({ components }) => components).toSorted(compareVersions)[0],
    running: kubelets
      .filter(({ name }) => brought.includes(name))
      .flatMap(({ versions }) => versions.filter((version) => version !== undefined)),
    stranded: isStranded(cluster, listed ?? []),
  };
};

const hopsUp = async (session: Session, wish: Wish, target: Version): Promise<readonly Version[]> => {
  const { cluster } = session;
  const brought = workersOf(wish) === 'last' ? controlPlanes(cluster).map(({ name }) => name) : wish.selection.nodes;
  const { current, running, stranded } = await standing(session, brought);
  if (current === undefined || minorsBetween(current, target) < 1) return [target];
  const via = viaOf(wish);
  const minors = minorsOnTheWay(current, target).filter((minor) => !via.some((version) => minorOf(version) === minor));
  const offered =
    minors.length === 0
      ? new Map<string, readonly Version[]>()
      : await offeredOn(session, wish.selection.nodes, minors);
  return hopsOf({ current, target, running, stranded, offered, via });
};

/** Some versions in turn, each a hop in which workers may go elsewhere. */
const inTurn = (
  versions: readonly Version[],
  hopOf: (version: Version, last: boolean) => Pick<Hop, 'workers' | 'further'>,
): readonly Hop[] =>
  versions.map((version, index) => {
    const last = index === versions.length - 1;
    return { version, first: index === 0, last, alone: versions.length === 1, ...hopOf(version, last) };
  });

/** All control planes have to take part where a cluster goes over more than one version. */
const whole = ({ nodes }: Cluster, { selection }: Wish): boolean =>
  nodes.every(({ name, role }) => role === 'worker' || selection.nodes.includes(name));

const back = async (session: Session, wish: Wish, target: Version): Promise<Way> => {
  const { cluster } = session;
  const world = createWorld();
  const chosen = cluster.nodes.filter(({ name }) => wish.selection.nodes.includes(name));
  const [nodes] = await Promise.all([
    Promise.all(chosen.map((node) => nodeThen(session, node))),
    lookAtCluster(session, [kubeadmConfig], world),
  ]);
  const configured = known(world, cluster.name, kubeadmConfig)?.kubernetesVersion;
  const versions = whole(cluster, wish)
    ? hopsBack({ target, nodes, ...(configured === undefined ? {} : { configured }) })
    : [target];
  return {
    hops: inTurn(versions, (version) => ({ workers: true, further: goingFurther(version, nodes) })),
    told: [backInPlace(configured, versions), ...(await snapshotLoss(session, target, nodes))],
  };
};

/**
 * The versions that the wish leads over. Up: more than one only where all control planes take part, and the target lies
 * more than a minor above what is there (or a hop was left unfinished). Down: those that the control planes kept, and
 * where workers go that were never there. Empty where a playbook goes nowhere.
 */
export const findWay = async (session: Session, wish: Wish): Promise<Way> => {
  const { version: wanted } = wish.parameters;
  const target = typeof wanted === 'string' ? parseVersion(wanted) : undefined;
  const { hops } = wish.playbook;
  if (hops === false || target === undefined) return nowhere;
  if (hops === 'down') return back(session, wish, target);
  if (!whole(session.cluster, wish)) return nowhere;
  const when = workersOf(wish);
  const versions = await hopsUp(session, wish, target);
  return {
    hops: inTurn(versions, (_version, last) => ({ workers: last || when === 'each-hop', further: {} })),
    told: [],
  };
};
