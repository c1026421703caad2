import { z } from 'zod';
import { UsageError } from '../../model/errors.ts';
import { compareVersions, parseVersion, type Version } from '../../model/version.ts';
import { readAs } from '../../model/json.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { isUnfinished, runParts, type RunPart } from '../resumable.ts';
import { readNamed, readRuns } from '../stored-runs.ts';
import { runPlaybook } from '../playbook-run.ts';
import { wishesToRun } from './run.ts';

export interface RollbackOptions extends SelectionOptions, PlaybookOptions {
  /** The version to go back to; otherwise that before the run. */
  readonly to?: string;
  readonly drain?: string;
  readonly maxApiDowntime?: string;
}

/** Of a plan that was kept, what a rollback wants to know: where the control planes were. */
const planForm = z.object({
  before: z.array(z.object({ node: z.string(), role: z.string(), version: z.string() })),
});

const nameTheVersion = 'name the version: nodeops rollback --inventory FILE --cluster NAME --to VERSION';

/** A cluster, and where it goes back to. */
interface Target {
  readonly cluster: string;
  readonly version: string;
  readonly inventory?: string;
}

/** The oldest version that a control plane had when a run was planned. @throws UsageError where that is not known. */
const versionBefore = (plans: readonly (string | undefined)[], name: string, cluster: string): Version => {
  const before = plans.flatMap((plan) => readAs(planForm, plan ?? '')?.before ?? []);
  const [oldest] = before
    .filter(({ role }) => role === 'control-plane')
    .flatMap(({ version }) => parseVersion(version) ?? [])
    .toSorted(compareVersions);
  if (oldest !== undefined) return oldest;
  throw new UsageError(
    `the record of the run ${name} does not say on which version ${cluster} was\n    ${nameTheVersion}`,
  );
};

/** The version that was named. @throws UsageError for what is none. */
const wantedVersion = (to: string): Version => {
  const version = parseVersion(to);
  if (version !== undefined) return version;
  throw new UsageError(`--to ${to} is not a Kubernetes version: write one such as 1.35.4`);
};

/** The clusters that were named, all to the version that was named. */
const namedTargets = (parts: Parts, version: Version, options: RollbackOptions): readonly Target[] =>
  loadSelection(parts, options).map(({ cluster }) => ({ cluster: cluster.name, version }));

const isUpgrade = ({ wish }: RunPart): boolean => wish?.command === 'upgrade';

/**
 * A part of a run, and the upgrades before it that it went on with: to the same version, and not come to their end. What
 * the nodes were on before is what they were on before the first of them. `all` come newest first.
 */
const wayOfUpgrade = (all: readonly RunPart[], part: RunPart): readonly RunPart[] => {
  const older = all.filter(
    ({ run: id, cluster, wish }) =>
      id < part.run && cluster === part.cluster && wish?.inventory === part.wish?.inventory,
  );
  const end = older.findIndex(
    (each) =>
      !isUpgrade(each) || !isUnfinished(each) || each.wish?.parameters['version'] !== part.wish?.parameters['version'],
  );
  return [part, ...(isUpgrade(part) ? older.slice(0, end === -1 ? undefined : end) : [])];
};

/** The parts of the run that a person means; `last` is the newest upgrade, whatever ran after it. */
const namedParts = async (
  parts: Parts,
  all: readonly RunPart[],
  name: string,
  { cluster: wanted }: RollbackOptions,
): Promise<readonly RunPart[]> => {
  const isWanted = ({ cluster }: RunPart): boolean => wanted === undefined || wanted.includes(cluster);
  const newest = name === 'last' ? all.find((part) => isUpgrade(part) && isWanted(part))?.run : undefined;
  const { run: id } = (await readNamed(parts, newest ?? name)).outline;
  const chosen = all.filter((part) => part.run === id && isWanted(part));
  if (chosen.length > 0) return chosen;
  throw new UsageError(`the run ${id} was not about that cluster\n    nodeops runs show ${id}`);
};

/** The clusters of a run, each to the version that it was on before it, or only so far as was said. */
const targetsOfRun = async (
  parts: Parts,
  name: string,
  options: RollbackOptions,
  to: Version | undefined,
): Promise<readonly Target[]> => {
  const journals = await parts.journals();
  const all = await runParts(journals, await readRuns(parts));
  const note = (text: string): void => void parts.stderr.write(`note: ${text}\n`);
  return Promise.all(
    (await namedParts(parts, all, name, options)).map(async (part) => {
      const { run: id, cluster, wish } = part;
      const plansKept = async (): Promise<readonly (string | undefined)[]> =>
        Promise.all(
          wayOfUpgrade(all, part).map(async (each) => (await journals.readCluster(each.run, cluster, note)).plan),
        );
      const inventory = options.inventory ?? wish?.inventory;
      const version = to ?? versionBefore(await plansKept(), id, cluster);
      parts.stderr.write(
        `${cluster}: going back to ${version}${to === undefined ? `, where it was before ${id}` : ''}\n`,
      );
      return { cluster, version, ...(inventory === undefined ? {} : { inventory }) };
    }),
  );
};

/** Of the run, or of the clusters and the version that were named. */
const targetsOf = async (
  parts: Parts,
  name: string | undefined,
  options: RollbackOptions,
  to: Version | undefined,
): Promise<readonly Target[]> => {
  if (name !== undefined) return targetsOfRun(parts, name, options, to);
  if (to !== undefined) return namedTargets(parts, to, options);
  throw new UsageError(`back from which run? nodeops runs list; or ${nameTheVersion}`);
};

/**
 * `nodeops rollback [RUN]`: each cluster of the run (or each that is named) back to the version before it, without
 * touching etcd's data. @throws UsageError before anything is connected to.
 */
export const rollback = async (parts: Parts, name: string | undefined, options: RollbackOptions): Promise<number> => {
  const { drain, maxApiDowntime, to, ...rest } = options;
  const targets = await targetsOf(parts, name, options, to === undefined ? undefined : wantedVersion(to));
  const wishes = targets.flatMap(({ version, ...where }) => {
    const set = Object.entries({ version, drain, maxApiDowntime }).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${value}`],
    );
    return wishesToRun(parts, 'rollback', { ...rest, ...where, cluster: [where.cluster], set });
  });
  return runPlaybook(parts, wishes, rest);
};
