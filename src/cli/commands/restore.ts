import { restoreNameText, restoreFolder, restoreSnapshot } from '../../backup/restore-name.ts';
import { snapshotFile } from '../../backup/names.ts';
import { quote } from '../../commands/quote.ts';
import { etcdObjects } from '../../facts/etcd-objects.ts';
import { etcdStatus } from '../../facts/etcd-status.ts';
import { valueOf } from '../../facts/fact.ts';
import type { Selected } from '../../inventory/select.ts';
import { exitCode } from '../../model/errors.ts';
import {
  restoreOutlookText,
  restoreResultText,
  type RestoreOutlook,
  type RestoreResult,
} from '../../report/restore-text.ts';
import { observeCluster } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { keepFromBackup } from '../keep-from-backup.ts';
import { askedSelection } from '../inventory.ts';
import { withWholeBackup, type OpenedBackup, type RestoredFrom } from '../opened-backup.ts';
import type { Parts } from '../parts.ts';
import { shippedPlaybook } from '../playbooks.ts';
import { runPlaybook } from '../playbook-run.ts';
import { tellObstacles } from '../reached.ts';
import {
  decideRestore,
  isRestored,
  lookForRestore,
  membersOf,
  membersText,
  newestAnswer,
  type ControlPlaneSight,
  type Decision,
} from '../restore-sight.ts';
import { waiversOf } from '../waivers.ts';
import type { WholeBackup } from '../whole-backup.ts';

export interface RestoreOptions extends RestoredFrom {
  /** Once more, although this backup was restored already. */
  readonly again?: boolean;
}

/** What a restore is made of once everything was looked at. */
interface Restoring {
  readonly session: Session;
  readonly selected: Selected;
  readonly backup: WholeBackup;
  readonly sights: readonly ControlPlaneSight[];
  readonly decision: Decision;
}

const outlookOf = ({ session, backup: { manifest }, sights, decision }: Restoring): RestoreOutlook => {
  const now = newestAnswer(sights);
  return {
    cluster: session.cluster.name,
    backup: manifest.id,
    restore: restoreNameText(decision.name),
    state: decision.state === 'unfinished' ? 'unfinished' : 'new',
    takenAt: manifest.takenAt,
    ageMs: session.clock.now() - Date.parse(manifest.takenAt),
    revision: manifest.etcd.revision,
    ...(now === undefined ? {} : { now: { revision: now.revision, quorum: now.quorum } }),
    restored: isRestored(sights, decision.name),
    members: membersOf(sights).map(({ name }) => name),
  };
};

const wishOf = (parts: Parts, options: RestoreOptions, restoring: Restoring, snapshot: string): ClusterWish => {
  const { selected, backup, sights, decision } = restoring;
  const { cluster, nodes } = selected;
  const { etcd, id } = backup.manifest;
  const again = ['nodeops', 'restore', id, '--inventory', options.inventory ?? '', '--cluster', cluster.name];
  const kept = [
    ...(options.from === undefined ? [] : ['--from', options.from]),
    ...(options.identity === undefined ? [] : ['--identity', options.identity]),
  ];
  return {
    cluster,
    nodes,
    playbook: shippedPlaybook(parts, 'restore'),
    parameters: {
      restore: restoreNameText(decision.name),
      snapshot,
      bytes: etcd.snapshotBytes,
      revision: etcd.revision,
      members: membersText(sights),
      backupClusterId: etcd.clusterId,
      backupMembers:
        etcd.members.map(({ name, peerUrls }) => `${name}=${peerUrls[0] ?? ''}`).join(',') || etcd.initialCluster,
    },
    again: quote([...again, ...kept]),
    asked: {
      command: 'run',
      playbook: 'restore',
      ...askedSelection(parts, { inventory: options.inventory ?? '' }, nodes),
      ...waiversOf(options),
    },
  };
};

/** Where the data of before lie, in each way that there is: docs/restore.md, "What stays on the nodes". */
const oldDataOf = (sights: readonly ControlPlaneSight[], restore: string): string =>
  [...new Set(sights.flatMap(({ restores: { base } }) => base ?? []))]
    .map((base) => `${base}/${restore}/old`)
    .join(', ');

const tellResult = async (parts: Parts, options: RestoreOptions, { session, backup, sights, decision }: Restoring) => {
  const restore = restoreNameText(decision.name);
  const { observations } = await observeCluster(session, [etcdStatus, etcdObjects]);
  const revisions = valueOf(etcdStatus, observations.get(etcdStatus.key))?.map(({ revision }) => revision) ?? [];
  const objects = valueOf(etcdObjects, observations.get(etcdObjects.key));
  const names = await session.artifacts.list(restoreFolder(session.cluster.name, restore));
  const rescued = await Promise.all(
    names
      .filter((name) => name.endsWith('.db'))
      .map(async (name) => (await session.artifacts.find(name))?.path ?? name),
  );
  const result: RestoreResult = {
    cluster: session.cluster.name,
    backup: backup.found.id,
    restore,
    ...(revisions.length === 0 ? {} : { revision: Math.max(...revisions) }),
    ...(objects === undefined ? {} : { objects }),
    rescued,
    oldData: oldDataOf(sights, restore),
  };
  parts.stdout.write(
    options.output === 'json' ? `${JSON.stringify({ type: 'restored', ...result })}\n` : restoreResultText(result),
  );
};

const runRestore = async (
  parts: Parts,
  options: RestoreOptions,
  restoring: Restoring,
  identities: string | undefined,
): Promise<number> => {
  const { session, decision } = restoring;
  const restore = restoreNameText(decision.name);
  const outlook = outlookOf(restoring);
  parts.stdout.write(
    options.output === 'json' ? `${JSON.stringify({ type: 'restore', ...outlook })}\n` : restoreOutlookText(outlook),
  );
  const snapshot = restoreSnapshot(session.cluster.name, restore);
  if (options.dryRun !== true)
    await keepFromBackup(session, restoring.backup, { file: snapshotFile, artifact: snapshot, identities });
  const code = await runPlaybook(parts, [wishOf(parts, options, restoring, snapshot)], options);
  // What failed or was interrupted is gone on with by `nodeops resume`, which knows the snapshot by its name.
  if (code !== exitCode.failed && code !== exitCode.interrupted) await session.artifacts.remove(snapshot);
  if (code === exitCode.done && options.dryRun !== true) await tellResult(parts, options, restoring);
  return code;
};

const look = async (
  parts: Parts,
  options: RestoreOptions,
  { session, selected, backup }: OpenedBackup,
): Promise<Restoring | number> => {
  const sights = await lookForRestore(session);
  if ('obstacles' in sights) {
    tellObstacles(parts, session.cluster, sights.obstacles);
    return exitCode.blocked;
  }
  const decision = decideRestore(sights, backup.manifest, options.again === true);
  if (decision.state !== 'finished') return { session, selected, backup, sights, decision };
  // `nodeops resume` has ended it, which knows nothing of the snapshot that was kept for it.
  if (options.dryRun !== true)
    await session.artifacts.remove(restoreSnapshot(session.cluster.name, restoreNameText(decision.name)));
  parts.stdout.write(
    `${session.cluster.name}: nothing to do: ${backup.found.id} was restored already (${restoreNameText(decision.name)})\n    once more, losing what was written since: --again\n`,
  );
  return exitCode.done;
};

/**
 * `nodeops restore`: etcd of one cluster from a backup, on all its control planes. @throws UsageError before anything is
 * connected to, or where there is no such backup.
 */
export const restore = (parts: Parts, name: string | undefined, options: RestoreOptions): Promise<number> =>
  withWholeBackup(parts, name, options, async (opened) => {
    const found = await look(parts, options, opened);
    return typeof found === 'number' ? found : await runRestore(parts, options, found, opened.identities);
  });
