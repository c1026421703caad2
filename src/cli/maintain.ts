import { wishesToRun } from './commands/run.ts';
import { loadSelection, type SelectionOptions } from './inventory.ts';
import { maintenanceFor } from './maintenance.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { runPlaybook } from './playbook-run.ts';
import { runParts } from './resumable.ts';
import { readRuns } from './stored-runs.ts';

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
  const selected = loadSelection(parts, options);
  const recorded = await runParts(await parts.journals(), await readRuns(parts));
  const wishes = selected.flatMap(({ cluster }) => {
    const here = { ...options, cluster: [cluster.name] };
    const maintenance = maintenanceFor(parts, recorded, { playbook, cluster: cluster.name, set, options: here });
    return wishesToRun(parts, playbook, { ...here, set: [`maintenance=${maintenance}`, ...set] });
  });
  return runPlaybook(parts, wishes, options);
};
