import { restoreFolder, restoreNameText, restoreSnapshot } from '../../backup/restore-name.ts';
import { readState } from '../../backup/gathered.ts';
import { nodeArchive, snapshotFile, stateFile } from '../../backup/names.ts';
import {
  readSavedConfiguration,
  recoveryConfiguration,
  type SavedConfiguration,
} from '../../backup/recovery-configuration.ts';
import { quote } from '../../commands/quote.ts';
import { etcdObjects } from '../../facts/etcd-objects.ts';
import { etcdStatus } from '../../facts/etcd-status.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodes as nodesFact } from '../../facts/nodes.ts';
import { rolledOut, workloads as workloadsFact } from '../../facts/workloads.ts';
import type { Selected } from '../../inventory/select.ts';
import { controlPlanes, workers } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import {
  restoreOntoOutlookText,
  restoreOntoResultText,
  type RestoreOntoResult,
} from '../../report/restore-onto-text.ts';
import { writeText } from '../../run/kept-text.ts';
import { observeCluster } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { askedSelection } from '../inventory.ts';
import { keepFromBackup, textFromBackup } from '../keep-from-backup.ts';
import { waitForLock } from '../ownership.ts';
import type { Parts } from '../parts.ts';
import { runPlaybook } from '../playbook-run.ts';
import { shippedPlaybook } from '../playbooks.ts';
import { checkConsent } from '../protection.ts';
import { tellObstacles } from '../reached.ts';
import { firstMember, lookForRecovery, unfitBackup, type RecoverySight } from '../recovery-sight.ts';
import { decideRestore, type Decision } from '../restore-sight.ts';
import { backupSession } from '../stored-backups.ts';
import { waiversOf } from '../waivers.ts';
import { backupName, wholeBackup, type WholeBackup } from '../whole-backup.ts';
import { readIdentity, tellVerdict } from './backup-verify.ts';
import { placesOf } from './backup.ts';
import { onlyOne, type RestoreOptions } from './restore.ts';

export interface RestoreOntoOptions extends RestoreOptions {
  /** The inventory of the hosts: instead of `inventory`. */
  readonly onto?: string;
  /** Where API servers are asked for from now on: `10.0.0.5:6443`. */
  readonly endpoint?: string;
}

/** What it is made of once everything was looked at. */
interface Recovering {
  readonly session: Session;
  readonly selected: Selected;
  readonly backup: WholeBackup;
  readonly saved: SavedConfiguration;
  readonly sight: RecoverySight;
  readonly decision: Decision;
  readonly endpoint: string;
}

/** Names of what is kept on this machine until it is over. */
const keptNames = (cluster: string, restore: string) => ({
  snapshot: restoreSnapshot(cluster, restore),
  archive: `${restoreFolder(cluster, restore)}/node.tar`,
  configuration: `${restoreFolder(cluster, restore)}/kubeadm.yaml`,
});

/** @throws UsageError for what is no `host:port`. */
const checkEndpoint = (endpoint: string | undefined): void => {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(endpoint ?? 'none:1') ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(
      `--endpoint ${JSON.stringify(endpoint)}: expected a host and a port, such as 10.0.0.5:6443 or api.paris.example:6443`,
    );
};

/** @throws UsageError for options that do not go together. */
const checkOptions = (options: RestoreOntoOptions): string => {
  if (options.onto === undefined)
    throw new UsageError('--endpoint goes with --onto FILE: elsewhere the cluster keeps the one that it has');
  if (options.again === true)
    throw new UsageError(
      `--again does not go with --onto: hosts that carry the cluster by now are restored with nodeops restore --inventory ${options.onto} --again`,
    );
  checkEndpoint(options.endpoint);
  return options.onto;
};

const goneOf = ({ backup: { manifest }, selected: { cluster } }: Recovering): readonly string[] =>
  manifest.nodes.map(({ name }) => name).filter((name) => !cluster.nodes.some((node) => node.name === name));

/** Snapshot, authorities and configuration among this machine's artifacts, for root's eyes only until it is over. */
const keepParts = async (
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

const wishOf = (parts: Parts, options: RestoreOntoOptions, recovering: Recovering): ClusterWish => {
  const { selected, backup, saved, sight, decision, endpoint } = recovering;
  const { cluster, nodes } = selected;
  const { etcd, id } = backup.manifest;
  const onto = options.onto ?? '';
  const given = (['endpoint', 'from', 'identity'] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const restore = restoreNameText(decision.name);
  return {
    cluster,
    nodes,
    playbook: shippedPlaybook(parts, 'restore-onto'),
    parameters: {
      restore,
      ...keptNames(cluster.name, restore),
      bytes: etcd.snapshotBytes,
      revision: etcd.revision,
      members: firstMember(sight),
      backupClusterId: etcd.clusterId,
      version: saved.version,
      endpoint,
      gone: goneOf(recovering).join(','),
    },
    again: quote(['nodeops', 'restore', id, '--onto', onto, '--cluster', cluster.name, ...given]),
    asked: {
      command: 'run',
      playbook: 'restore-onto',
      ...askedSelection(parts, { inventory: onto }, nodes),
      ...waiversOf(options),
    },
  };
};

const tellOutlook = (parts: Parts, { output }: RestoreOntoOptions, recovering: Recovering): void => {
  const { session, selected, backup, saved, sight, decision, endpoint } = recovering;
  const { manifest } = backup;
  const before = (role: string): number => manifest.nodes.filter((node) => node.role === role).length;
  const outlook = {
    cluster: session.cluster.name,
    backup: manifest.id,
    restore: restoreNameText(decision.name),
    state: decision.state === 'unfinished' ? ('unfinished' as const) : ('new' as const),
    takenAt: manifest.takenAt,
    ageMs: session.clock.now() - Date.parse(manifest.takenAt),
    version: saved.version,
    first: sight.first.name,
    address: sight.first.address,
    endpoint,
    ...(saved.endpoint === undefined ? {} : { endpointBefore: saved.endpoint }),
    controlPlanes: { now: controlPlanes(selected.cluster).length, before: before('control-plane') },
    workers: { now: workers(selected.cluster).length, before: before('worker') },
    gone: goneOf(recovering),
  };
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify({ type: 'restore-onto', ...outlook })}\n` : restoreOntoOutlookText(outlook),
  );
};

const tellResult = async (
  parts: Parts,
  { output }: RestoreOntoOptions,
  { session, backup: { manifest }, decision }: Recovering,
): Promise<void> => {
  const { observations } = await observeCluster(session, [etcdStatus, etcdObjects, nodesFact, workloadsFact]);
  const revisions = valueOf(etcdStatus, observations.get(etcdStatus.key))?.map(({ revision }) => revision) ?? [];
  const objects = valueOf(etcdObjects, observations.get(etcdObjects.key));
  const all = valueOf(workloadsFact, observations.get(workloadsFact.key));
  const lacking = all?.filter((each) => !rolledOut(each)).map(({ namespace, name }) => `${namespace}/${name}`);
  const result: RestoreOntoResult = {
    cluster: session.cluster.name,
    backup: manifest.id,
    restore: restoreNameText(decision.name),
    keysThen: manifest.etcd.keys,
    nodes: (valueOf(nodesFact, observations.get(nodesFact.key)) ?? []).map(({ name, ready, kubeletVersion }) => ({
      name,
      ready: ready === 'True',
      version: kubeletVersion,
    })),
    ...(revisions.length === 0 ? {} : { revision: Math.max(...revisions) }),
    ...(objects === undefined ? {} : { objects }),
    ...(all === undefined || lacking === undefined ? {} : { workloads: { all: all.length, lacking } }),
  };
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify({ type: 'restored', ...result })}\n` : restoreOntoResultText(result),
  );
};

const runRecovery = async (
  parts: Parts,
  options: RestoreOntoOptions,
  recovering: Recovering,
  identities: string | undefined,
): Promise<number> => {
  const { session, decision } = recovering;
  tellOutlook(parts, options, recovering);
  if (options.dryRun !== true) await keepParts(recovering, identities);
  const code = await runPlaybook(parts, [wishOf(parts, options, recovering)], options);
  // What failed or was interrupted is gone on with by `nodeops resume`, which knows what was kept by its name.
  if (code !== exitCode.failed && code !== exitCode.interrupted)
    await session.artifacts.removeAll(restoreFolder(session.cluster.name, restoreNameText(decision.name)));
  if (code === exitCode.done && options.dryRun !== true) await tellResult(parts, options, recovering);
  return code;
};

const look = async (
  parts: Parts,
  options: RestoreOntoOptions,
  whole: Pick<Recovering, 'session' | 'selected' | 'backup'>,
  identities: string | undefined,
): Promise<Recovering | number> => {
  const { session, backup } = whole;
  const state = readState(await textFromBackup(session, backup, stateFile, identities));
  const saved = state === undefined ? undefined : readSavedConfiguration(state);
  const sight = await lookForRecovery(session);
  const obstacles = 'obstacles' in sight ? sight.obstacles : unfitBackup(backup.manifest, saved, sight.first.address);
  if ('obstacles' in sight || saved === undefined || obstacles.length > 0) {
    tellObstacles(parts, session.cluster, obstacles);
    return exitCode.blocked;
  }
  // A host that was reset since is as bare as one that never had a cluster.
  const decision = decideRestore(sight.sights, backup.manifest, sight.first.host.remains.length === 0);
  const { address } = sight.first;
  const itself = `${address.includes(':') ? `[${address}]` : address}:6443`;
  if (decision.state !== 'finished')
    return { ...whole, saved, sight, decision, endpoint: options.endpoint ?? saved.endpoint ?? itself };
  const name = restoreNameText(decision.name);
  if (options.dryRun !== true) await session.artifacts.removeAll(restoreFolder(session.cluster.name, name));
  parts.stdout.write(`${session.cluster.name}: nothing to do: ${backup.found.id} was restored already (${name})\n`);
  return exitCode.done;
};

/**
 * `nodeops restore --onto`: a cluster whose machines are gone, from a backup, onto the bare hosts of an inventory.
 * @throws UsageError before anything is connected to, or where there is no such backup.
 */
export const restoreOnto = async (
  parts: Parts,
  name: string | undefined,
  options: RestoreOntoOptions,
): Promise<number> => {
  const onto = checkOptions(options);
  const asked = { ...options, inventory: onto };
  const selected = onlyOne(parts, asked);
  const { cluster } = selected;
  const id = backupName(name);
  const places = placesOf(parts, cluster, options.from, '--from');
  const identities = readIdentity(parts, options.identity);
  waitForLock(options);
  waiversOf(options);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options, 'outage');
  const session = await backupSession(parts, cluster, options.acceptNewHostKeys === true);
  try {
    const backup = await wholeBackup(parts, session, places, { id, identities }, (verdict) =>
      tellVerdict(parts, verdict, options),
    );
    if (backup === undefined) {
      parts.stderr.write(
        `${cluster.name}: this backup is not restored. Nothing was changed.\n    others: nodeops backup list\n`,
      );
      return exitCode.failed;
    }
    const found = await look(parts, asked, { session, selected, backup }, identities);
    return typeof found === 'number' ? found : await runRecovery(parts, asked, found, identities);
  } finally {
    await session.transport.close();
  }
};
