import { UsageError } from '../../model/errors.ts';
import { parseWishedVersion, versionHint } from '../../inventory/values.ts';
import type { Version } from '../../model/version.ts';
import type { Cluster } from '../../model/cluster.ts';
import { quote } from '../../commands/quote.ts';
import { askedSelection, loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { checkPatch, maintenancesBegun, type NameMaintenance } from '../os-patching.ts';
import { planAndSave, type OutOptions } from '../plan-out.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { runPlaybook } from '../playbook-run.ts';
import { shippedPlaybook } from '../playbooks.ts';
import { savedWishes } from '../saved-wishes.ts';
import { waiversOf } from '../waivers.ts';
import { wayOf, wayWords, type WayOptions } from '../way.ts';

export interface UpgradeOptions extends SelectionOptions, PlaybookOptions, WayOptions {
  readonly to?: string;
  /** A file of saved plans. */
  readonly plan?: string;
  readonly rePlan?: boolean;
}

/** A version that was typed. @throws UsageError for what is none. */
export const typedVersion = (text: string): Version => {
  const version = parseWishedVersion(text);
  if (version !== undefined) return version;
  throw new UsageError(
    `${quote(['--to', text])} is not a Kubernetes version: ${versionHint(text) ?? 'write one such as 1.36.3'}`,
  );
};

/** What was asked for goes before what the inventory says. @throws UsageError for what is no version, or for none. */
export const wishedVersion = (cluster: Cluster, to: string | undefined): Version => {
  const text = to ?? cluster.version;
  if (text === undefined)
    throw new UsageError(
      `to which version? Name it with --to 1.36.3, or write \`version:\` for ${cluster.name} (${cluster.source})`,
    );
  return typedVersion(text);
};

const again = (
  options: Parameters<typeof wishesOf>[1],
  cluster: Cluster,
  { version, ...way }: ClusterWish['parameters'],
): string =>
  quote([
    'nodeops',
    'upgrade',
    '--inventory',
    options.inventory ?? '',
    '--cluster',
    cluster.name,
    '--to',
    String(version),
    ...wayWords(way),
    ...(options.limit ?? []).flatMap((node) => ['--limit', node]),
    ...(options.only === undefined ? [] : ['--only', options.only]),
    ...(options.withSpare ?? []).flatMap((spare) => ['--with-spare', spare]),
    ...(options.waive ?? []).flatMap((waiver) => ['--waive', waiver]),
  ]);

/** Of one that also patches hosts: the name of what is begun here, or gone on with. */
const named = (
  cluster: Cluster,
  parameters: ClusterWish['parameters'],
  name: NameMaintenance,
): ClusterWish['parameters'] =>
  parameters['osPatch'] === true && parameters['maintenance'] === undefined
    ? { ...parameters, maintenance: name(cluster, parameters) }
    : parameters;

/**
 * An upgrade of each cluster that the options name. `name`: what a maintenance is called that has no name yet; a new one
 * where it is left out. @throws UsageError before anything is connected to.
 */
export const wishesOf = (
  parts: Parts,
  options: Pick<
    UpgradeOptions,
    'inventory' | 'cluster' | 'limit' | 'only' | 'withSpare' | 'to' | 'waive' | keyof WayOptions
  >,
  name: NameMaintenance = () => parts.newRunId(),
): readonly ClusterWish[] => {
  checkPatch(options);
  const selected = loadSelection(parts, options);
  const playbook = shippedPlaybook(parts, 'upgrade');
  const waivers = waiversOf(options);
  return selected.map(({ cluster, nodes }): ClusterWish => {
    const version = wishedVersion(cluster, options.to);
    const asked = {
      command: 'upgrade',
      playbook: 'upgrade',
      ...askedSelection(parts, options, nodes),
      ...waivers,
    } as const;
    const parameters = named(cluster, { version, ...wayOf({ ...options }) }, name);
    return { cluster, nodes, playbook, parameters, again: again(options, cluster, parameters), asked };
  });
};

/** An upgrade of each cluster that the options or a saved plan name. @throws UsageError before anything is connected to. */
export const wishesToUpgrade = (
  parts: Parts,
  options: SelectionOptions &
    WayOptions &
    Pick<UpgradeOptions, 'to' | 'plan' | 'rePlan' | 'waive' | 'output' | 'dryRun'>,
  name?: NameMaintenance,
): readonly ClusterWish[] => {
  const { plan: file } = options;
  if (file === undefined && options.rePlan === true)
    throw new UsageError('--re-plan is about a saved plan: name it with --plan FILE');
  return file === undefined
    ? wishesOf(parts, options, name)
    : savedWishes(parts, { ...options, plan: file }, shippedPlaybook(parts, 'upgrade'));
};

/** `nodeops upgrade`. @throws UsageError before anything is connected to. */
export const upgrade = async (parts: Parts, options: UpgradeOptions): Promise<number> =>
  runPlaybook(
    parts,
    wishesToUpgrade(parts, options, options.osPatch === true ? await maintenancesBegun(parts, options) : undefined),
    options,
  );

/** `nodeops plan`: the same plan, and nothing else but the file of `--out`. @throws UsageError as upgrade. */
export const plan = async (parts: Parts, options: UpgradeOptions & OutOptions): Promise<number> =>
  planAndSave(parts, wishesOf(parts, options), options);
