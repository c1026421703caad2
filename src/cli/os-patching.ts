import { UsageError } from '../model/errors.ts';
import { optionWord } from '../model/option-word.ts';
import type { Cluster } from '../model/cluster.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import type { SelectionOptions } from './inventory.ts';
import { maintenanceFor } from './maintenance.ts';
import type { Parts } from './parts.ts';
import { runParts } from './resumable.ts';
import { setWords } from './set-words.ts';
import { readRuns } from './stored-runs.ts';
import type { WayOptions } from './way.ts';

const packageName = /^[a-z0-9][a-z0-9+.-]+$/;

/** @throws UsageError for what is no name of a package. `names`: as they were typed, with commas between them. */
export const checkExcluded = (names: readonly string[]): void => {
  const wrong = names.find((name) => !packageName.test(name));
  if (wrong !== undefined)
    throw new UsageError(`--exclude ${wrong}: expected the name of a Debian package, such as containerd`);
};

const onlyWithPatch = ['reboot', 'securityOnly', 'exclude', 'maintenance'] as const;
const maintenanceForm = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

/** Options of `upgrade --os-patch` that do not go together. @throws UsageError */
export const checkPatch = (options: WayOptions): void => {
  const alone = onlyWithPatch.find((name) => options[name] !== undefined);
  if (options.osPatch !== true) {
    if (alone !== undefined)
      throw new UsageError(`${optionWord(alone)} is about the packages of the operating system: add --os-patch`);
    return;
  }
  if (options.drain === 'minor-only')
    throw new UsageError(
      '--os-patch may restart a node, which is drained for it: leave --drain minor-only out, or upgrade without --os-patch',
    );
  checkExcluded(options.exclude?.split(',') ?? []);
  const { maintenance } = options;
  if (maintenance !== undefined && !maintenanceForm.test(maintenance))
    throw new UsageError(`--maintenance ${JSON.stringify(maintenance)}: expected letters, digits and hyphens`);
};

/** The name by which the nodes of a cluster know what was done for an upgrade with these parameters. */
export type NameMaintenance = (cluster: Cluster, parameters: KeptWish['parameters']) => string;

/** With the name of one that was asked for in the same words, and has not come to its end on this machine. */
export const maintenancesBegun = async (
  parts: Parts,
  options: Pick<SelectionOptions, 'inventory' | 'limit' | 'only'>,
): Promise<NameMaintenance> => {
  const recorded = await runParts(await parts.journals(), await readRuns(parts));
  return ({ name }, parameters) =>
    maintenanceFor(parts, recorded, { playbook: 'upgrade', cluster: name, set: setWords(parameters), options });
};
