import { stringify } from 'yaml';
import { exitCode } from '../../model/errors.ts';
import { inventoryDocument, inventoryText, resolvedDocument } from '../inventory-report.ts';
import { readInventory, selectFrom, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { paintFor } from '../../report/paint.ts';

export interface InventoryShowOptions extends Omit<SelectionOptions, 'limit' | 'only'> {
  readonly output: 'text' | 'json' | 'yaml';
  readonly resolved?: boolean;
}

/**
 * `nodeops inventory show`: the chosen clusters with their layers applied; with `--resolved` also what is nodeops' own
 * default, and where each value comes from. Connects to nothing.
 * @throws UsageError for a missing or invalid inventory, or an unknown name.
 */
export const inventoryShow = (parts: Parts, options: InventoryShowOptions): number => {
  const inventory = readInventory(parts, options);
  const { output, resolved = false } = options;
  const clusters = selectFrom(inventory, options).map(({ cluster }) => cluster);
  if (output === 'text') {
    parts.stdout.write(
      inventoryText(clusters, inventory.origins, { resolved, paint: paintFor(parts.stdout, parts.env) }),
    );
    return exitCode.done;
  }
  const form = resolved ? resolvedDocument : inventoryDocument;
  const document = { clusters: clusters.map((cluster) => form(cluster, inventory.origins(cluster.name))) };
  parts.stdout.write(
    output === 'json'
      ? `${JSON.stringify(document)}\n`
      : stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
  return exitCode.done;
};
