import { nodeArchive, snapshotFile } from '../backup/names.ts';
import { recoveryConfiguration, type SavedConfiguration } from '../backup/recovery-configuration.ts';
import { restoreFolder, restoreNameText, restoreSnapshot } from '../backup/restore-name.ts';
import type { Selected } from '../inventory/select.ts';
import { controlPlanes, workers } from '../model/cluster.ts';
import { writeText } from '../run/kept-text.ts';
import type { Session } from '../run/session.ts';
import { keepFromBackup } from './keep-from-backup.ts';
import type { RecoverySight } from './recovery-sight.ts';
import type { Decision } from './restore-sight.ts';
import type { WholeBackup } from './whole-backup.ts';

/** What a restore onto other hosts is made of once everything was looked at. */
export interface Recovering {
  readonly session: Session;
  readonly selected: Selected;
  readonly backup: WholeBackup;
  readonly saved: SavedConfiguration;
  readonly sight: RecoverySight;
  readonly decision: Decision;
  readonly endpoint: string;
}

/** Names of what is kept on this machine until it is over. */
export const keptNames = (cluster: string, restore: string) => ({
  snapshot: restoreSnapshot(cluster, restore),
  archive: `${restoreFolder(cluster, restore)}/node.tar`,
  configuration: `${restoreFolder(cluster, restore)}/kubeadm.yaml`,
});

/** Nodes of the backup that none of the hosts takes the place of. */
export const goneOf = ({ backup: { manifest }, selected: { cluster } }: Recovering): readonly string[] =>
  manifest.nodes.map(({ name }) => name).filter((name) => !cluster.nodes.some((node) => node.name === name));

/** Snapshot, authorities and configuration among this machine's artifacts, for root's eyes only until it is over. */
export const keepParts = async (
  { session, selected: { cluster }, backup, saved, sight, decision, endpoint }: Recovering,
  identities: string | undefined,
): Promise<void> => {
  const { snapshot, archive, configuration } = keptNames(cluster.name, restoreNameText(decision.name));
  const old = backup.manifest.nodes.find(({ role }) => role === 'control-plane')?.name ?? '';
  await keepFromBackup(session, backup, { file: snapshotFile, artifact: snapshot, identities });
  await keepFromBackup(session, backup, { file: nodeArchive(old), artifact: archive, identities });
  const { name, address } = sight.first;
  const first = controlPlanes(cluster).find((node) => node.name === name);
  const text = recoveryConfiguration(saved, {
    name,
    address,
    schedulable: workers(cluster).length === 0,
    kubeadm: first?.kubeadm ?? { ignorePreflightErrors: [] },
    ...(saved.endpoint === undefined && controlPlanes(cluster).length === 1 ? {} : { endpoint }),
  });
  await writeText(session.artifacts, configuration, text);
};
