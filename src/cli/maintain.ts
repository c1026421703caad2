import { exitCode, worse } from '../model/errors.ts';
import { run } from './commands/run.ts';
import { loadSelection, type SelectionOptions } from './inventory.ts';
import { maintenanceFor } from './maintenance.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-run.ts';

/**
 * Runs a playbook that does something once to every node, with the name by which the nodes know of it. `set`: its other
 * parameters, as `name=value`. Returns the worst exit code. @throws UsageError before anything is connected to.
 */
export const maintain = async (
  parts: Parts,
  playbook: string,
  options: SelectionOptions & PlaybookOptions,
  set: readonly string[],
): Promise<number> => {
  let worst: number = exitCode.done;
  for (const { cluster } of loadSelection(parts, options)) {
    if (parts.stopping()) return worse(worst, exitCode.interrupted);
    const here = { ...options, cluster: [cluster.name] };
    const maintenance = await maintenanceFor(parts, { playbook, cluster: cluster.name, set, options: here });
    const code = await run(parts, playbook, { ...here, set: [`maintenance=${maintenance}`, ...set] });
    worst = worse(worst, code);
  }
  return worst;
};
