import { readState } from '../../backup/gathered.ts';
import { stateFile } from '../../backup/names.ts';
import { readSavedConfiguration } from '../../backup/recovery-configuration.ts';
import { restoreFolder, restoreNameText } from '../../backup/restore-name.ts';
import { quote } from '../../commands/quote.ts';
import { bracketed } from '../../model/address.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { askedSelection } from '../inventory.ts';
import { textFromBackup } from '../keep-from-backup.ts';
import { withWholeBackup, type OpenedBackup } from '../opened-backup.ts';
import type { Parts } from '../parts.ts';
import { runPlaybook } from '../playbook-run.ts';
import { shippedPlaybook } from '../playbooks.ts';
import { tellObstacles } from '../reached.ts';
import { goneOf, keepParts, keptNames, type Recovering } from '../recovering.ts';
import { tellOutlook, tellResult } from '../recovery-report.ts';
import { decideRecovery, firstMember, lookForRecovery, unfitBackup } from '../recovery-sight.ts';
import { waiversOf } from '../waivers.ts';
import type { RestoreOptions } from './restore.ts';

export interface RestoreOntoOptions extends RestoreOptions {
  /** The inventory of the hosts: instead of `inventory`. */
  readonly onto?: string;
  /** Where API servers are asked for from now on: `10.0.0.5:6443`. */
  readonly endpoint?: string;
}

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

const runRecovery = async (
  parts: Parts,
  options: RestoreOntoOptions,
  recovering: Recovering,
  identities: string | undefined,
): Promise<number> => {
  const { session, decision } = recovering;
  tellOutlook(parts, options.output, recovering);
  if (options.dryRun !== true) await keepParts(recovering, identities);
  const code = await runPlaybook(parts, [wishOf(parts, options, recovering)], options);
  // What failed or was interrupted is gone on with by `nodeops resume`, which knows what was kept by its name.
  if (code !== exitCode.failed && code !== exitCode.interrupted)
    await session.artifacts.removeAll(restoreFolder(session.cluster.name, restoreNameText(decision.name)));
  if (code === exitCode.done && options.dryRun !== true) await tellResult(parts, options.output, recovering);
  return code;
};

const look = async (parts: Parts, options: RestoreOntoOptions, opened: OpenedBackup): Promise<Recovering | number> => {
  const { session, selected, backup, identities } = opened;
  const state = readState(await textFromBackup(session, backup, stateFile, identities));
  const saved = state === undefined ? undefined : readSavedConfiguration(state);
  const sight = await lookForRecovery(session);
  const obstacles = 'obstacles' in sight ? sight.obstacles : unfitBackup(backup.manifest, saved, sight.first.address);
  if ('obstacles' in sight || saved === undefined || obstacles.length > 0) {
    tellObstacles(parts, session.cluster, obstacles);
    return exitCode.blocked;
  }
  const decision = decideRecovery(sight, backup.manifest);
  const { address } = sight.first;
  const itself = `${bracketed(address)}:6443`;
  if (decision.state !== 'finished')
    return {
      session,
      selected,
      backup,
      saved,
      sight,
      decision,
      endpoint: options.endpoint ?? saved.endpoint ?? itself,
    };
  const name = restoreNameText(decision.name);
  if (options.dryRun !== true) await session.artifacts.removeAll(restoreFolder(session.cluster.name, name));
  parts.stdout.write(`${session.cluster.name}: nothing to do: ${backup.found.id} was restored already (${name})\n`);
  return exitCode.done;
};

/**
 * `nodeops restore --onto`: a cluster whose machines are gone, from a backup, onto the bare hosts of an inventory.
 * @throws UsageError before anything is connected to, or where there is no such backup.
 */
export const restoreOnto = (parts: Parts, name: string | undefined, options: RestoreOntoOptions): Promise<number> => {
  const asked = { ...options, inventory: checkOptions(options) };
  return withWholeBackup(parts, name, asked, async (opened) => {
    const found = await look(parts, asked, opened);
    return typeof found === 'number' ? found : await runRecovery(parts, asked, found, opened.identities);
  });
};
