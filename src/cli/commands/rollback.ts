import { z } from 'zod';
import { UsageError } from '../../model/errors.ts';
import { compareVersions, parseVersion, type Version } from '../../model/version.ts';
import { readAs } from '../../run/kept-wish.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-run.ts';
import { runParts } from '../resumable.ts';
import { readNamed } from '../stored-runs.ts';
import { run } from './run.ts';

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
const versionBefore = (plan: string | undefined, name: string, cluster: string): Version => {
  const before = readAs(planForm, plan ?? '')?.before ?? [];
  const [oldest] = before
    .filter(({ role }) => role === 'control-plane')
    .flatMap(({ version }) => parseVersion(version) ?? [])
    .toSorted(compareVersions);
  if (oldest !== undefined) return oldest;
  throw new UsageError(
    `the record of the run ${name} does not say on which version ${cluster} was\n    ${nameTheVersion}`,
  );
};

/** The clusters that were named, all to the version that was named. */
const namedTargets = (parts: Parts, version: string, options: RollbackOptions): readonly Target[] => {
  if (parseVersion(version) === undefined)
    throw new UsageError(`--to ${version} is not a Kubernetes version: write one such as 1.35.4`);
  return loadSelection(parts, options).map(({ cluster }) => ({ cluster: cluster.name, version }));
};

/** The clusters of a run, each to the version that it was on before it. */
const targetsOfRun = async (parts: Parts, name: string, options: RollbackOptions): Promise<readonly Target[]> => {
  const named = await readNamed(parts, name);
  const { run: id } = named.outline;
  const journals = await parts.journals();
  const chosen = (await runParts(journals, [named])).filter(
    ({ cluster }) => options.cluster === undefined || options.cluster.includes(cluster),
  );
  if (chosen.length === 0)
    throw new UsageError(`the run ${id} was not about that cluster\n    nodeops runs show ${id}`);
  const note = (text: string): void => void parts.stderr.write(`note: ${text}\n`);
  return Promise.all(
    chosen.map(async ({ cluster, wish }) => {
      const { plan } = await journals.readCluster(id, cluster, note);
      const inventory = options.inventory ?? wish?.inventory;
      return { cluster, version: versionBefore(plan, id, cluster), ...(inventory === undefined ? {} : { inventory }) };
    }),
  );
};

/**
 * `nodeops rollback [RUN]`: each cluster of the run (or each that is named) back to the version before it, without
 * touching etcd's data. @throws UsageError before anything is connected to.
 */
export const rollback = async (parts: Parts, name: string | undefined, options: RollbackOptions): Promise<number> => {
  const { to, drain, maxApiDowntime, ...rest } = options;
  if (to === undefined && name === undefined)
    throw new UsageError(`back from which run? nodeops runs list; or ${nameTheVersion}`);
  const targets = to === undefined ? await targetsOfRun(parts, name ?? '', options) : namedTargets(parts, to, options);
  let worst = 0;
  for (const { version, ...where } of targets) {
    const set = Object.entries({ version, drain, maxApiDowntime }).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${value}`],
    );
    worst = Math.max(worst, await run(parts, 'rollback', { ...rest, ...where, cluster: [where.cluster], set }));
  }
  return worst;
};
