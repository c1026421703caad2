import { clusterEvents, type ClusterEvent } from '../facts/cluster-events.ts';
import { valueOf } from '../facts/fact.ts';
import { hostClock } from '../facts/host-clock.ts';
import { aheadOf, ownClock } from '../model/clock-reading.ts';
import { withoutControlSequences } from '../model/text.ts';
import type { TimeLine, TimeLineEntry } from '../report/time-line-text.ts';
import { observeCluster, observeNode } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import type { Parts } from './parts.ts';
import { runEntries } from './run-entries.ts';
import { readRuns } from './stored-runs.ts';
import { whyUnknown } from './why-unknown.ts';

/**
 * Reasons of pods that were taken off their node. Source: kubernetes.io, Node-pressure Eviction (`Evicted`), Pod Priority
 * and Preemption; Disruptions, "Pod disruption conditions" (`EvictionByEvictionAPI`); lab, 1.35.4 (the others).
 */
const evictions: ReadonlySet<string> = new Set([
  'EvictionByEvictionAPI',
  'Evicted',
  'Preempted',
  'TaintManagerEviction',
  'Killing',
]);

const aboutOf = ({ kind, namespace, name }: ClusterEvent): string =>
  `${kind.toLowerCase()} ${namespace === undefined || kind === 'Node' ? '' : `${namespace}/`}${name}`;

const clusterEntry = (event: ClusterEvent): TimeLineEntry => ({
  at: event.last,
  clock: event.host ?? 'cluster',
  what: event.reason,
  about: aboutOf(event),
  says: event.note,
  grave: evictions.has(event.reason) || event.type !== 'Normal' ? 'warn' : 'none',
  ...(event.count > 1 ? { count: event.count, first: event.first } : {}),
});

/** On one line, and nothing in it that a terminal would obey. */
const words = (text: string): string => withoutControlSequences(text.replaceAll(/\s+/g, ' ')).trim();
const oneLine = (entry: TimeLineEntry): TimeLineEntry => ({
  ...entry,
  what: words(entry.what),
  about: words(entry.about),
  says: words(entry.says),
});

/** Below this a difference is as likely that of the question's way. */
const noticedMs = 1000;

/** By how much a node's clock is ahead of this machine's, where it is. */
const clockOf = async (session: Session, node: string): Promise<TimeLine['clocks']> => {
  const there = valueOf(hostClock, (await observeNode(session, node, [hostClock])).get(hostClock.key));
  if (there === undefined) return [];
  const aheadMs = aheadOf(there, ownClock(session.clock.now()));
  return Math.abs(aheadMs) > noticedMs ? [{ node, aheadMs }] : [];
};

const ofRuns = async (parts: Parts, cluster: string, since: number): Promise<readonly TimeLineEntry[]> => {
  const journals = await parts.journals();
  const entries: TimeLineEntry[] = [];
  for (const { outline, stored } of await readRuns(parts)) {
    const { startedAt = 0, durationMs = Infinity } = outline;
    if (stored?.clusters.includes(cluster) !== true || startedAt + durationMs < since) continue;
    const { events } = await journals.readCluster(
      outline.run,
      cluster,
      (note) => void parts.stderr.write(`note: ${note}\n`),
    );
    entries.push(...runEntries(outline.run, cluster, events));
  }
  return entries;
};

/** What happened in a cluster since then: what it says itself, and what runs of this machine did. Changes nothing. */
export const timeLine = async (parts: Parts, session: Session, since: number): Promise<TimeLine> => {
  const { name: cluster, nodes } = session.cluster;
  const [{ observations }, clocks, runs] = await Promise.all([
    observeCluster(session, [clusterEvents]),
    Promise.all(nodes.map(({ name }) => clockOf(session, name))),
    ofRuns(parts, cluster, since),
  ]);
  const observed = observations.get(clusterEvents.key);
  const events = valueOf(clusterEvents, observed);
  return {
    cluster,
    since,
    entries: [...runs, ...(events ?? []).map(clusterEntry)]
      .filter(({ at }) => at >= since)
      .toSorted((one, other) => one.at - other.at)
      .map(oneLine),
    clocks: clocks.flat(),
    unread: events === undefined ? [{ what: 'events of the cluster', why: whyUnknown(observed, 'it keeps none') }] : [],
  };
};
