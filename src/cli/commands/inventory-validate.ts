import { exitCode } from '../../model/errors.ts';
import { controlPlanes, etcdHosts, workers } from '../../model/cluster.ts';
import { loadSelection } from '../inventory.ts';
import type { Parts } from '../parts.ts';

/** Checks an inventory and says what it holds. @throws UsageError with everything that is wrong. */
export const inventoryValidate = (
  parts: Parts,
  files: readonly string[],
  options: { readonly inventory?: string },
): number => {
  const inventory = files.length > 0 ? files.join(',') : options.inventory;
  const selected = loadSelection(parts, inventory === undefined ? {} : { inventory });
  for (const { cluster } of selected) {
    const count = `${controlPlanes(cluster).length} control planes, ${workers(cluster).length} workers${cluster.etcdHosts === undefined ? '' : `, ${etcdHosts(cluster).length} etcd hosts`}`;
    parts.stdout.write(
      `${cluster.name}: ${count}${cluster.version === undefined ? '' : `, wished version ${cluster.version}`}\n`,
    );
  }
  parts.stdout.write(`${inventory ?? ''} is valid\n`);
  return exitCode.done;
};
