import { resolve } from 'node:path';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { readingProblem } from '../../inventory/manifests.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Node } from '../../model/cluster.ts';
import { PlaceError, type BackupPlace } from '../../ports/backup-places.ts';
import { byteText, coverageText, hookText, manifestCoverage } from '../../report/backup-text.ts';
import { inPlace } from '../../run/backup/store-backup.ts';
import { backupsIn, type Found } from '../../run/backup/stored-backups.ts';
import { rememberVerified, verifyBackup, type Verdict } from '../../run/backup/verify-backup.ts';
import type { Session } from '../../run/session.ts';
import { loadSelection } from '../inventory.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { backupSession } from '../stored-backups.ts';
import { placesOf } from './backup.ts';
import { restoreTest } from './backup-restore-test.ts';
import type { BackupListOptions } from './backup-list.ts';

export interface BackupVerifyOptions extends BackupListOptions, PlaybookOptions {
  readonly output: OutputFormat;
  readonly identity?: string;
  /** Also restores the snapshot beside the running etcd. */
  readonly restoreTest?: boolean;
}

/** The secret keys of a file. @throws UsageError when it cannot be read. */
export const readIdentity = (parts: Parts, file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return parts.readFile(resolve(parts.cwd, file));
  } catch (error) {
    throw new UsageError(`--identity ${file} ${readingProblem(error)}`, { cause: error });
  }
};

/** What is in it, as far as it can be read. */
const contentOf = ({ manifest, claims, wrong }: Verdict): readonly string[] => {
  if (wrong.length > 0) return [];
  if (manifest === undefined) return claims === undefined ? [] : [coverageText(claims)];
  const { etcd, application } = manifest;
  const coverage = manifestCoverage(manifest);
  return [
    `etcd cluster ${etcd.clusterId}, revision ${etcd.revision}, ${etcd.keys} keys`,
    ...application.map(hookText),
    ...(coverage === undefined ? [] : [coverage]),
  ];
};

/** Prints how a backup in one place was found to be. */
export const tellVerdict = (parts: Parts, verdict: Verdict, { output }: Pick<BackupVerifyOptions, 'output'>): void => {
  const { id, place, wrong, notes, files, bytes, manifest, claims, takenAt, encrypted } = verdict;
  if (output === 'json') {
    const whole = wrong.length === 0;
    parts.stdout.write(
      `${JSON.stringify({ type: 'verified', id, place, whole, wrong, notes, files, bytes, takenAt, encrypted, claims, manifest })}\n`,
    );
    return;
  }
  const lines = [
    wrong.length === 0
      ? `✓ ${id} in ${place}: ${files} files, ${byteText(bytes)}, all as they were stored`
      : `✗ ${id} in ${place}: do not restore from it`,
    ...wrong.map((text) => `    ${text}`),
    ...contentOf(verdict).map((text) => `    ${text}`),
    ...notes.map((text) => `    note: ${text}`),
  ];
  parts.stdout.write(`${lines.join('\n')}\n`);
};

/** The one that was named, or the newest that was finished; undefined where this place has none. @throws PlaceError */
export const choose = (found: readonly Found[], id: string | undefined, where: string): Found | undefined => {
  if (id === undefined) return found.find(({ whole }) => whole);
  const named = found.find((each) => each.id === id);
  if (named !== undefined && !named.whole)
    throw new PlaceError(`${where}: the backup ${id} was never finished`, 'take another one: nodeops backup list');
  return named;
};

interface Verifying {
  readonly session: Session;
  readonly nodes: readonly Node[];
  readonly options: BackupVerifyOptions;
}

/** The exit code of one place: every byte, and, where it is wanted, a restore. */
const verifyIn = async (
  parts: Parts,
  { session, nodes, options }: Verifying,
  place: BackupPlace,
  found: Found,
): Promise<number> => {
  const identities = readIdentity(parts, options.identity);
  const verdict = await verifyBackup(session, place, found, identities);
  tellVerdict(parts, verdict, options);
  if (verdict.wrong.length > 0) return exitCode.failed;
  if (options.dryRun !== true) await rememberVerified(session, place, verdict, 'checksums');
  if (options.restoreTest !== true) return exitCode.done;
  const { manifest } = verdict;
  if (manifest === undefined)
    throw new UsageError(`${found.id} is encrypted: --restore-test needs its secret key, --identity FILE`);
  const key = identities === undefined ? {} : { identities };
  const code = await restoreTest(parts, { session, nodes, place, found, manifest, ...key }, options);
  if (code === exitCode.done && options.dryRun !== true) await rememberVerified(session, place, verdict, 'restore');
  return code;
};

/** Looks into every place of one cluster; how many had the backup, and the worst exit code. */
const verifyCluster = async (
  parts: Parts,
  verifying: Verifying,
  places: readonly string[],
  id: string | undefined,
): Promise<{ readonly seen: readonly string[]; readonly count: number; readonly worst: number }> => {
  const { session } = verifying;
  const seen: string[] = [];
  let count = 0;
  let worst: number = exitCode.done;
  for (const address of places)
    await inPlace(session, address, async (place) => {
      const found = await backupsIn(place, session.cluster.name);
      seen.push(...found.map((each) => each.id));
      const chosen = choose(found, id, address);
      if (chosen === undefined) return;
      count += 1;
      worst = worse(worst, await verifyIn(parts, verifying, place, chosen));
    });
  return { seen, count, worst };
};

/**
 * `nodeops backup verify`: every byte of a backup, in every place that has it; the newest where none is named. Exit
 * code 1 where one is not as it was stored. @throws UsageError before anything is looked at, or where there is none.
 */
export const backupVerify = async (
  parts: Parts,
  id: string | undefined,
  options: BackupVerifyOptions,
): Promise<number> => {
  readIdentity(parts, options.identity);
  const chosen = loadSelection(parts, options).map(({ cluster, nodes }) => ({
    cluster,
    nodes,
    places: placesOf(parts, cluster, options.to),
  }));
  let total = 0;
  let worst: number = exitCode.done;
  const seen: string[] = [];
  for (const { cluster, nodes, places } of chosen) {
    const session = await backupSession(parts, cluster, options.acceptNewHostKeys === true);
    try {
      const result = await verifyCluster(parts, { session, nodes, options }, places, id);
      seen.push(...result.seen);
      total += result.count;
      worst = worse(worst, result.worst);
    } finally {
      await session.transport.close();
    }
  }
  if (total === 0)
    throw new UsageError(
      id === undefined
        ? 'there is no backup that was finished: make one with nodeops backup'
        : `there is no backup ${id} in these places: ${seen.length === 0 ? 'they hold none' : didYouMean(id, seen)}`,
    );
  return worst;
};
