import { readAs } from '../../model/json.ts';
import { resolve } from 'node:path';
import { recordSchema, type BackupRecord } from '../../backup/manifest.ts';
import { recordName } from '../../backup/names.ts';
import { quote } from '../../commands/quote.ts';
import type { Cluster } from '../../model/cluster.ts';
import { backupTargetForm, backupTargetText, parseBackupTarget } from '../../model/backup-target.ts';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { coverageText, hookText } from '../../report/backup-text.ts';
import { readText } from '../../run/kept-text.ts';
import { askedSelection, loadSelection, type SelectionOptions } from '../inventory.ts';
import { notingRun } from '../first-run.ts';
import type { Parts } from '../parts.ts';
import { shippedPlaybook } from '../playbooks.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { runPlaybook } from '../playbook-run.ts';
import { waiversOf } from '../waivers.ts';

export interface BackupOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'>, PlaybookOptions {
  readonly to?: string;
  /** Every API object as text, too. */
  readonly objects?: boolean;
}

/** A place as an operator typed it: a directory is made absolute. @throws UsageError */
export const placeOption = ({ cwd }: Parts, to: string, option = '--to'): string => {
  const target = parseBackupTarget(to);
  if (target === undefined) throw new UsageError(`${option} ${to}: expected ${backupTargetForm}`);
  return target.kind === 'directory' ? resolve(cwd, target.path) : backupTargetText(target);
};

/** @throws UsageError where nothing says where backups of a cluster are. */
export const placesOf = (
  parts: Parts,
  { name, backup, source }: Cluster,
  to: string | undefined,
  option = '--to',
): readonly string[] => {
  if (to !== undefined) return [placeOption(parts, to, option)];
  if (backup.to.length > 0) return backup.to.map(backupTargetText);
  throw new UsageError(
    `where are backups of ${name}? Write \`backup: { to: … }\` into the inventory (${source}), or give ${option}`,
  );
};

const tell = (parts: Parts, record: BackupRecord, json: boolean): void => {
  if (json) {
    parts.stdout.write(`${JSON.stringify({ type: 'backup', ...record })}\n`);
    return;
  }
  const lines = [
    `${record.cluster}: backup ${record.id}`,
    ...Object.entries(record.places).map(([place, sha256]) => `    in ${place}, checksums ${sha256}`),
    ...record.leftOut.map(({ what, why }) => `    left out: ${what}: ${why}`),
    ...record.hooks.map((hook) => `    ${hookText(hook)}`),
    ...(record.claims === undefined ? [] : [`    ${coverageText(record.claims, record.notCovered)}`]),
  ];
  parts.stdout.write(`${lines.join('\n')}\n`);
};

/** `nodeops backup create`: the playbook backup. @throws UsageError before anything is connected to. */
export const backupCreate = async (parts: Parts, options: BackupOptions): Promise<number> => {
  const selected = loadSelection(parts, options);
  const playbook = shippedPlaybook(parts, 'backup');
  const to = options.to === undefined ? undefined : placeOption(parts, options.to);
  for (const { cluster } of selected) placesOf(parts, cluster, to);
  const objects = options.objects === true;
  const parameters = { ...(to === undefined ? {} : { to }), ...(objects ? { objects } : {}) };
  const set = [...(to === undefined ? [] : ['--to', to]), ...(objects ? ['--objects'] : [])];
  let worst: number = exitCode.done;
  for (const { cluster, nodes } of selected) {
    const noting = notingRun(parts);
    const wish = {
      cluster,
      nodes,
      playbook,
      parameters,
      again: quote(['nodeops', 'backup', '--inventory', options.inventory ?? '', '--cluster', cluster.name, ...set]),
      asked: {
        command: 'run' as const,
        playbook: 'backup',
        ...askedSelection(parts, options, nodes),
        ...waiversOf(options),
      },
    };
    const code = await runPlaybook(noting.parts, [wish], options);
    worst = worse(worst, code);
    const text = await readText(await parts.artifacts(), recordName(cluster.name, noting.run() ?? 'none'));
    const record = text === undefined ? undefined : readAs(recordSchema, text);
    if (record !== undefined) tell(parts, record, options.output === 'json');
  }
  return worst;
};
