import type { NodeSight } from '../diagnosis/node-sight.ts';
import { aptLock } from '../facts/apt-lock.ts';
import { certificates } from '../facts/certificates.ts';
import { clusterEvents, type ClusterEvent } from '../facts/cluster-events.ts';
import { diskSpace } from '../facts/disk-space.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { freeInodes } from '../facts/free-inodes.ts';
import { hostClock, type HostClock } from '../facts/host-clock.ts';
import { nodeConditions } from '../facts/node-conditions.ts';
import { clockOfCluster, nodeLeases, type NodeLeases } from '../facts/node-leases.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import { packages } from '../facts/packages.ts';
import { podHealth, type PodHealth } from '../facts/pod-health.ts';
import type { ContainerPlace } from '../facts/previous-log.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import { refusedFlag } from '../facts/refused-flag.ts';
import { serviceUnits } from '../facts/service-units.ts';
import { staticPodLogs } from '../facts/static-pod-logs.ts';
import { staticPods } from '../facts/static-pods.ts';
import { unitLog } from '../facts/unit-log.ts';
import { aheadOf, ownClock } from '../model/clock-reading.ts';
import type { Node } from '../model/cluster.ts';
import { observeCluster, observeNode, type Observations } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import { lastWordsOf } from './last-words.ts';
import { whyUnknown } from './why-unknown.ts';

const [kubeletLog, containerdLog] = [unitLog('kubelet'), unitLog('containerd')];

export const factsOfNode: readonly Fact<unknown>[] = [
  serviceUnits,
  kubeletLog,
  containerdLog,
  refusedFlag,
  staticPodLogs,
  staticPods,
  packages,
  aptLock,
  diskSpace,
  freeInodes,
  hostClock,
  certificates,
  recordedCommands,
  ownApiServer,
];
export const factsOfCluster: readonly Fact<unknown>[] = [nodeConditions, nodeLeases, podHealth, clusterEvents];

/** What a cluster says of its nodes; missing parts where nobody answers for it. */
export interface ClusterSight {
  readonly seen: Observations;
  readonly lastWords: ReadonlyMap<string, readonly string[]>;
  /** Why something was not told. */
  readonly unread: readonly string[];
}

/** Of so many containers that crash it is looked at what they said. */
const crashesAtMost = 5;

const crashing = (pods: readonly PodHealth[]): readonly ContainerPlace[] =>
  pods
    .flatMap(({ namespace, name, containers }) =>
      containers.flatMap(({ name: container, waiting }) =>
        waiting?.reason === 'CrashLoopBackOff' ? [{ namespace, pod: name, container }] : [],
      ),
    )
    .slice(0, crashesAtMost);

/** Looks at what the whole cluster tells of its nodes. Changes nothing. */
export const lookAtWhole = async (session: Session): Promise<ClusterSight> => {
  const { observations: seen } = await observeCluster(session, [...factsOfCluster, etcdAlarms]);
  const lastWords = await lastWordsOf(session, crashing(valueOf(podHealth, seen.get(podHealth.key)) ?? []));
  const why = factsOfCluster.flatMap((fact) => {
    const observed = seen.get(fact.key);
    return observed?.kind === 'value' ? [] : [`no answer of the cluster: ${whyUnknown(observed, 'nothing of it')}`];
  });
  return { seen, lastWords, unread: [...new Set(why)] };
};

const ofNode = (
  { last, first, ...event }: ClusterEvent,
  node: string,
  pods: readonly PodHealth[],
): readonly ClusterEvent[] => {
  const own =
    (event.kind === 'Node' && event.name === node) ||
    (event.kind === 'Pod' && pods.some(({ namespace, name }) => namespace === event.namespace && name === event.name));
  return own ? [{ ...event, first, last }] : [];
};

const known = <T>(name: keyof NodeSight, fact: Fact<T>, seen: Observations): Partial<NodeSight> => {
  const value = valueOf(fact, seen.get(fact.key));
  return value === undefined ? {} : { [name]: value };
};

/** What the cluster says of one node. */
export const toldOfNode = (seen: Observations, name: string): Partial<NodeSight> => {
  const conditions = valueOf(nodeConditions, seen.get(nodeConditions.key))?.find(({ node }) => node === name);
  const leases = valueOf(nodeLeases, seen.get(nodeLeases.key));
  const renewed = leases?.renewed[name];
  const pods = valueOf(podHealth, seen.get(podHealth.key))?.filter(({ node }) => node === name);
  const events = valueOf(clusterEvents, seen.get(clusterEvents.key));
  return {
    ...(conditions === undefined ? {} : { conditions }),
    ...(leases === undefined || renewed === undefined ? {} : { silentMs: leases.now - renewed }),
    ...(pods === undefined ? {} : { pods }),
    ...known('etcdAlarms', etcdAlarms, seen),
    ...(events === undefined
      ? {}
      : {
          events: events
            .flatMap((event) => ofNode(event, name, pods ?? []))
            .toSorted((one, other) => one.last - other.last),
        }),
  };
};

/** What a node says of itself. */
export const seenOfNode = (seen: Observations): Partial<NodeSight> => {
  const etcdServers = valueOf(staticPods, seen.get(staticPods.key))?.etcdServers;
  return {
    ...known('units', serviceUnits, seen),
    ...known('kubeletLog', kubeletLog, seen),
    ...known('containerdLog', containerdLog, seen),
    ...known('refusedFlag', refusedFlag, seen),
    ...known('staticPods', staticPodLogs, seen),
    ...(etcdServers === undefined ? {} : { etcdServers }),
    ...known('packages', packages, seen),
    ...known('aptLock', aptLock, seen),
    ...known('disk', diskSpace, seen),
    ...known('inodes', freeInodes, seen),
    ...known('certificates', certificates, seen),
    ...known('commands', recordedCommands, seen),
    ...known('apiServer', ownApiServer, seen),
  };
};

const clockSight = (clock: HostClock | undefined, leases: NodeLeases | undefined, now: number): Partial<NodeSight> => {
  if (clock === undefined) return {};
  const [other, of] =
    leases === undefined ? [ownClock(now), 'this machine'] : [clockOfCluster(leases), 'the control planes'];
  return { clock: { epochMs: clock.epochMs, aheadMs: aheadOf(clock, other), of } };
};

/** Looks at one node: at itself where it can be reached, and at what the cluster says of it. Changes nothing. */
export const lookAtNode = async (
  session: Session,
  { seen, lastWords }: ClusterSight,
  { name, role }: Node,
  unreachable: string | undefined,
): Promise<NodeSight> => {
  const now = session.clock.now();
  const base = { node: name, role, now, lastWords, ...toldOfNode(seen, name) };
  if (unreachable !== undefined) return { ...base, unreachable };
  const own = await observeNode(session, name, factsOfNode);
  const clock = valueOf(hostClock, own.get(hostClock.key));
  return { ...base, ...seenOfNode(own), ...clockSight(clock, valueOf(nodeLeases, seen.get(nodeLeases.key)), now) };
};
