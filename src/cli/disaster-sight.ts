import { z } from 'zod';
import { backupTargetText } from '../model/backup-target.ts';
import type { Cluster } from '../model/cluster.ts';
import { disasterNames, type DisasterName, type TriedDisaster } from '../model/disaster.ts';
import { readAs } from '../model/json.ts';
import { seenFacts, seenThrough } from '../drain/seen-facts.ts';
import { recoveryPlaybooks, type DisasterSight, type KeptBackup, type PastRuns } from '../disaster/sight.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { PlaceError } from '../ports/backup-places.ts';
import type { RunOutline } from '../report/run-outline.ts';
import { inPlace, readRecord } from '../run/backup/store-backup.ts';
import { backupsIn, type Found } from '../run/backup/stored-backups.ts';
import { readText, writeText } from '../run/kept-text.ts';
import { observeCluster } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import type { Parts } from './parts.ts';
import { backupSession } from './stored-backups.ts';
import { recentRuns } from './window.ts';
import { whyUnknown } from './why-unknown.ts';

const triedSchema = z.object({ format: z.literal(1), at: z.number(), recoveryMs: z.number(), lost: z.string() });

/** Where this machine remembers that a disaster was tried. */
const triedName = (cluster: string, disaster: DisasterName): string => `${cluster}/drills/${disaster}.json`;

/** When a disaster was last tried, as this machine knows; undefined where it does not. */
const readTried = async (
  artifacts: ArtifactStore,
  cluster: string,
  disaster: DisasterName,
): Promise<TriedDisaster | undefined> => {
  const text = await readText(artifacts, triedName(cluster, disaster));
  const found = text === undefined ? undefined : readAs(triedSchema, text);
  return found && { at: found.at, recoveryMs: found.recoveryMs, lost: found.lost };
};

/** Remembers what came of one that was tried. */
export const writeTried = (
  artifacts: ArtifactStore,
  cluster: string,
  disaster: DisasterName,
  tried: TriedDisaster,
): Promise<void> => writeText(artifacts, triedName(cluster, disaster), `${JSON.stringify({ format: 1, ...tried })}\n`);

const keptOf = async (session: Session, copies: readonly { found: Found; place: string }[]): Promise<KeptBackup[]> => {
  const [first] = copies;
  if (first === undefined) return [];
  const { id, takenAt, checksums } = first.found;
  const record = await readRecord(session, id);
  const how = [...copies.flatMap(({ found }) => found.verifications), ...(record?.verified ?? [])].map(
    (each) => each.how,
  );
  const verified = how.includes('restore') ? 'restore' : how[0];
  return [
    {
      id,
      takenAt,
      places: copies.map(({ place }) => place),
      ...(verified === undefined ? {} : { verified }),
      failedHooks: checksums?.failedHooks ?? 0,
      ...(checksums?.claims === undefined ? {} : { claims: checksums.claims }),
      ...(record === undefined ? {} : { notCovered: record.notCovered }),
    },
  ];
};

/** The whole backups of a cluster, newest first, and which places could not be looked into. */
export const keptBackups = async (
  parts: Parts,
  cluster: Cluster,
  acceptNewHostKeys: boolean,
): Promise<{ readonly backups: readonly KeptBackup[]; readonly unread: readonly string[] }> => {
  const session = await backupSession(parts, cluster, acceptNewHostKeys);
  const copies: { found: Found; place: string }[] = [];
  const unread: string[] = [];
  try {
    for (const place of cluster.backup.to.map(backupTargetText))
      try {
        const found = await inPlace(session, place, (opened) => backupsIn(opened, cluster.name));
        copies.push(...found.filter(({ whole, foreign }) => whole && !foreign).map((each) => ({ found: each, place })));
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error;
        unread.push(`${error.message}: ${error.fix}`);
      }
    const byId = [...Map.groupBy(copies, ({ found }) => found.id).values()];
    const backups = (await Promise.all(byId.map((same) => keptOf(session, same)))).flat();
    return { backups: backups.toSorted((a, b) => b.takenAt - a.takenAt), unread };
  } finally {
    await session.transport.close();
  }
};

const pastRuns = (runs: readonly RunOutline[], cluster: string, playbook: string): PastRuns | undefined => {
  const times = runs
    .filter(
      ({ state, clusters: [only, ...others] }) =>
        state === 'done' && others.length === 0 && only?.cluster === cluster && only.playbook === playbook,
    )
    .flatMap(({ durationMs }) => durationMs ?? [])
    .toSorted((a, b) => a - b);
  const ms = times[times.length >> 1];
  return ms === undefined ? undefined : { ms, runs: times.length };
};

/** What is known of a cluster before anything is lost, and what could not be asked of the nodes that answer. Changes nothing. */
export const lookForDisasters = async (
  parts: Parts,
  session: Session,
  {
    cluster,
    selection,
    everyMs,
    acceptNewHostKeys,
  }: Pick<DisasterSight, 'cluster' | 'selection' | 'everyMs'> & { readonly acceptNewHostKeys: boolean },
): Promise<{ readonly sight: DisasterSight; readonly unread: readonly string[] }> => {
  const facts: readonly Fact<unknown>[] = [...Object.values(seenFacts), kubeadmConfig];
  const { observations } = await observeCluster(session, facts);
  const silent = facts.flatMap(({ key }) => {
    const observed = observations.get(key);
    return observed?.kind === 'value' ? [] : [whyUnknown(observed, 'nothing of it')];
  });
  const { backups, unread } = await keptBackups(parts, cluster, acceptNewHostKeys);
  const runs = await recentRuns(parts);
  const artifacts = await parts.artifacts();
  const tried = await Promise.all(
    disasterNames.map(async (name) => [name, await readTried(artifacts, cluster.name, name)] as const),
  );
  const seen = seenThrough((fact) => valueOf(fact, observations.get(fact.key)));
  const endpoint = valueOf(kubeadmConfig, observations.get(kubeadmConfig.key))?.controlPlaneEndpoint;
  const sight: DisasterSight = {
    cluster,
    now: parts.clock.now(),
    selection,
    everyMs,
    ...(seen === undefined ? {} : { seen }),
    ...(endpoint === undefined ? {} : { endpoint }),
    backups,
    past: Object.fromEntries(
      recoveryPlaybooks.flatMap((name) => {
        const past = pastRuns(runs, cluster.name, name);
        return past === undefined ? [] : [[name, past]];
      }),
    ),
    tried: Object.fromEntries(tried.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]]))),
  };
  return { sight, unread: [...new Set([...silent, ...unread])] };
};
