import { absolutePlaces, splitPlaces } from '../inventory/inventory-places.ts';
import { loadInventory, type Inventory } from '../inventory/load.ts';
import { withSpares } from '../inventory/with-spares.ts';
import { select, type Selected, type Shard } from '../inventory/select.ts';
import { UsageError } from '../model/errors.ts';
import type { Node, Role } from '../model/cluster.ts';
import type { LabelRequirement } from '../model/label-selector.ts';
import type { Parts } from './parts.ts';

export interface SelectionOptions {
  /** Files and directories, with commas between them. */
  readonly inventory?: string;
  readonly cluster?: readonly string[];
  /** Labels that the clusters have. */
  readonly selector?: { readonly text: string; readonly labels: readonly LabelRequirement[] };
  readonly wave?: readonly string[];
  readonly shard?: Shard;
  readonly limit?: readonly string[];
  readonly only?: string;
  /** Spare machines that count as nodes, by name. */
  readonly withSpare?: readonly string[];
}

const roles: Readonly<Record<string, Role>> = { 'control-plane': 'control-plane', workers: 'worker' };

/** Names that do not exist are refused before: without --limit, only --only can have left nothing. */
const nothingLeft = ({ limit = [], only = '' }: SelectionOptions): string =>
  limit.length > 0
    ? 'no node is left: --limit and --only name nothing in common\n    leave one of them out'
    : `no node is left: the chosen clusters have nothing for --only ${only}`;

/** The inventory that the options name. @throws UsageError where they name none, or it is missing or invalid. */
export const readInventory = (parts: Parts, { inventory: file }: Pick<SelectionOptions, 'inventory'>): Inventory => {
  if (file === undefined || splitPlaces(file).length === 0)
    throw new UsageError('which clusters? Name the inventory: --inventory FILE, or set NODEOPS_INVENTORY');
  const { env, home, cwd, readFile } = parts;
  return loadInventory({ file, env, home, cwd, readFile, listDirectory: (path) => parts.listDirectory(path) });
};

/** The same inventory, named from any directory. */
export const absoluteInventory = ({ cwd }: Parts, { inventory = '' }: Pick<SelectionOptions, 'inventory'>): string =>
  absolutePlaces(cwd, inventory);

/**
 * The clusters and nodes that the options name.
 * @throws UsageError for a missing or invalid inventory, an unknown name, or when nothing is left.
 */
export const loadSelection = (parts: Parts, options: SelectionOptions): readonly Selected[] =>
  selectFrom(readInventory(parts, options), options);

/** The same of an inventory that was read already. @throws UsageError for an unknown name, or when nothing is left. */
export const selectFrom = ({ clusters }: Inventory, options: SelectionOptions): readonly Selected[] => {
  const role = options.only === undefined ? undefined : roles[options.only];
  const { cluster: names = [], limit = [], wave: waves = [], selector, shard, withSpare = [] } = options;
  const chosen = select(withSpares(clusters, withSpare), {
    clusters: names,
    limit,
    waves,
    ...(selector === undefined ? {} : { selector }),
    ...(shard === undefined ? {} : { shard }),
  })
    .map(({ cluster, nodes }) => ({ cluster, nodes: nodes.filter((node) => role === undefined || node.role === role) }))
    .filter(({ nodes }) => nodes.length > 0);
  if (chosen.length === 0) throw new UsageError(nothingLeft(options));
  return chosen;
};

/** The one cluster that is meant; `what` is done to it. @throws UsageError as loadSelection, or where there are several. */
export const loadOne = (parts: Parts, options: SelectionOptions, what: string): Selected => {
  const selected = loadSelection(parts, options);
  const [one, ...others] = selected;
  if (one !== undefined && others.length === 0) return one;
  throw new UsageError(
    `one cluster is ${what} at a time: name it with --cluster (${selected.map(({ cluster }) => cluster.name).join(', ')})`,
  );
};

/** The selection in one cluster, so that it can be made again from another directory. */
export const askedSelection = (
  parts: Parts,
  { inventory = '', limit, only, withSpare }: SelectionOptions,
  nodes: readonly Node[],
): { readonly inventory: string; readonly limit?: string[]; readonly only?: string; readonly spares?: string[] } => ({
  inventory: absoluteInventory(parts, { inventory }),
  ...(limit === undefined ? {} : { limit: nodes.map(({ name }) => name) }),
  ...(only === undefined ? {} : { only }),
  ...(withSpare === undefined || withSpare.length === 0 ? {} : { spares: [...withSpare] }),
});
