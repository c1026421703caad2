import { UsageError } from '../../model/errors.ts';
import { parseWishedVersion, versionHint } from '../../inventory/values.ts';
import type { Version } from '../../model/version.ts';
import type { Cluster } from '../../model/cluster.ts';
import { quote } from '../../commands/quote.ts';
import { askedSelection, loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { runPlaybook, type ClusterWish, type PlaybookOptions } from '../playbook-run.ts';
import { shippedPlaybook } from '../playbooks.ts';

export interface UpgradeOptions extends SelectionOptions, PlaybookOptions {
  readonly to?: string;
}

const wishedVersion = (cluster: Cluster, to: string | undefined): Version => {
  const text = to ?? cluster.version;
  if (text === undefined)
    throw new UsageError(
      `to which version? Name it with --to 1.36.3, or write \`version:\` for ${cluster.name} (${cluster.source})`,
    );
  const version = parseWishedVersion(text);
  if (version !== undefined) return version;
  throw new UsageError(
    `${quote(['--to', text])} is not a Kubernetes version: ${versionHint(text) ?? 'write one such as 1.36.3'}`,
  );
};

const again = (options: UpgradeOptions, cluster: Cluster, version: Version): string =>
  quote([
    'nodeops',
    'upgrade',
    '--inventory',
    options.inventory ?? '',
    '--cluster',
    cluster.name,
    '--to',
    version,
    ...(options.limit ?? []).flatMap((node) => ['--limit', node]),
    ...(options.only === undefined ? [] : ['--only', options.only]),
  ]);

/** `nodeops upgrade`. @throws UsageError before anything is connected to. */
export const upgrade = async (parts: Parts, options: UpgradeOptions): Promise<number> => {
  const selected = loadSelection(parts, options);
  const playbook = shippedPlaybook(parts, 'upgrade');
  const wishes = selected.map(({ cluster, nodes }): ClusterWish => {
    const version = wishedVersion(cluster, options.to);
    const asked = { command: 'upgrade', playbook: 'upgrade', ...askedSelection(parts, options, nodes) } as const;
    return { cluster, nodes, playbook, parameters: { version }, again: again(options, cluster, version), asked };
  });
  return runPlaybook(parts, wishes, options);
};

/** `nodeops plan`: the same plan, and nothing else. */
export const plan = (parts: Parts, options: UpgradeOptions): Promise<number> =>
  upgrade(parts, { ...options, dryRun: true });
