import { z } from 'zod';
import { etcdToSave } from '../facts/etcd-here.ts';
import { etcdWritten, type EtcdWritten } from '../facts/etcd-written.ts';
import { valueOf } from '../facts/fact.ts';
import { readJson } from '../facts/read-text.ts';
import { mostCounted } from '../commands/etcdctl.ts';
import { formatDuration } from '../model/duration.ts';
import { begunAt } from '../model/run-id.ts';
import type { Version } from '../model/version.ts';
import { pointBefore } from '../steps/restorable.ts';
import { snapshotName } from '../steps/snapshot-etcd.ts';
import type { NodeThen } from '../plan/hops-back.ts';
import { readText } from './kept-text.ts';
import { observeCluster } from './observe.ts';
import type { Session } from './session.ts';

const statusForm = z.object({ revision: z.int() });

/** Of what etcd holds: nobody would miss them, and they are written all the time. */
const fleeting: ReadonlySet<string> = new Set(['events', 'leases', 'masterleases', 'events.k8s.io/events']);

/** So many types are told one by one. */
const toldTypes = 6;

const countsText = (counts: Readonly<Record<string, number>>): string => {
  const all = Object.entries(counts)
    .filter(([type]) => !fleeting.has(type))
    .toSorted(([a, one], [b, other]) => other - one || a.localeCompare(b));
  const sum = all.reduce((total, [, count]) => total + count, 0);
  // etcd's keys still call nodes by their first name.
  const first = all.slice(0, toldTypes).map(([type, count]) => `${count} ${type === 'minions' ? 'nodes' : type}`);
  const more = all.length > toldTypes ? [`${all.length - toldTypes} more types`] : [];
  return sum === 0 ? '0' : `${sum} (${[...first, ...more].join(', ')})`;
};

const writtenText = (written: EtcdWritten | undefined): string => {
  if (written === undefined) return '';
  if ('uncounted' in written)
    return written.uncounted === 'many'
      ? ` (which objects is not gone through: there are more than ${mostCounted})`
      : ' (which objects, the etcdctl of this etcd cannot ask)';
  return `: objects made since ${countsText(written.made)}, changed since ${countsText(written.changed)}, beside events and leases; deleted ones come back`;
};

const ageText = ({ clock }: Session, run: string): string => {
  const at = begunAt(run);
  if (at === undefined) return '';
  const ms = Math.max(0, clock.now() - at);
  const unit = ms < 3_600_000 ? 1000 : 60_000;
  return `, begun ${formatDuration(Math.floor(ms / unit) * unit)} ago`;
};

/**
 * What the snapshot would lose that the upgrade took when the cluster left `version`: the last way back, by hand, which a
 * rollback leaves alone. In numbers, as far as etcd tells them now. Writes nothing.
 */
export const snapshotLoss = async (
  session: Session,
  version: Version,
  nodes: readonly NodeThen[],
): Promise<readonly string[]> => {
  const points = nodes.filter(({ role }) => role === 'control-plane').flatMap((node) => node.points);
  const point = pointBefore(points, version);
  if (point === undefined) return [];
  const name = snapshotName(session.cluster.name, point.run, point.to);
  const from = `the snapshot of etcd from the run ${point.run}${ageText(session, point.run)}`;
  const text = await readText(session.artifacts, `${name}.json`);
  const snapshot = text === undefined ? undefined : await session.artifacts.find(`${name}.db`);
  const status = statusForm.safeParse(readJson(text ?? '')).data;
  if (snapshot === undefined || status === undefined)
    return [`${from}, the last way back to ${version}, is not on this machine`];
  const fact = etcdWritten(status.revision);
  const { observations } = await observeCluster(session, [etcdToSave, fact]);
  const now = valueOf(etcdToSave, observations.get(etcdToSave.key))?.revision;
  const last = `${from}, is the last way back to ${version}, by hand: ${snapshot.path}`;
  if (now === undefined || now < status.revision) return [`${last}; what it would lose, etcd does not tell`];
  const written = valueOf(fact, observations.get(fact.key));
  return [
    `${last}; it would lose the ${now - status.revision} writes since revision ${status.revision}${writtenText(written)}`,
  ];
};

/** What goes back in place. */
export const backInPlace = (configured: Version | undefined, versions: readonly Version[]): string =>
  `${[configured ?? 'what is there', ...versions].join(' → ')} in place: packages, files of the kubelets, static pods, CoreDNS and kube-proxy as the nodes kept them; etcd keeps its version and everything that was written`;
