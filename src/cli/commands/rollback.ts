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
}

/** Of a plan that was kept, what a rollback wants to know: where the control planes were. */
const planForm = z.object({
  before: z.array(z.object({ node: z.string(), role: z.string(), version: z.string() })),
});

const nameTheVersion = 'name the version: nodeops rollback --inventory FILE --cluster NAME --to VERSION';

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

const goBack = (parts: Parts, cluster: string, version: string, options: RollbackOptions): Promise<number> => {
  const { to: _to, drain, ...rest } = options;
  const set = [`version=${version}`, ...(drain === undefined ? [] : [`drain=${drain}`])];
  return run(parts, 'rollback', { ...rest, cluster: [cluster], set });
};

/**
 * `nodeops rollback [RUN]`: each cluster of the run (or each that is named) back to the version before it, without
 * touching etcd's data. @throws UsageError before anything is connected to.
 */
export const rollback = async (parts: Parts, name: string | undefined, options: RollbackOptions): Promise<number> => {
  if (options.to !== undefined) {
    if (parseVersion(options.to) === undefined)
      throw new UsageError(`--to ${options.to} is not a Kubernetes version: write one such as 1.35.4`);
    let worst = 0;
    for (const { cluster } of loadSelection(parts, options))
      worst = Math.max(worst, await goBack(parts, cluster.name, options.to, options));
    return worst;
  }
  if (name === undefined) throw new UsageError(`back from which run? nodeops runs list; or ${nameTheVersion}`);
  const named = await readNamed(parts, name);
  const journals = await parts.journals();
  const all = (await runParts(journals, [named])).filter(
    ({ cluster }) => options.cluster === undefined || options.cluster.includes(cluster),
  );
  if (all.length === 0)
    throw new UsageError(
      `the run ${named.outline.run} was not about that cluster\n    nodeops runs show ${named.outline.run}`,
    );
  let worst = 0;
  for (const { cluster, wish } of all) {
    const { plan } = await journals.readCluster(
      named.outline.run,
      cluster,
      (note) => void parts.stderr.write(`note: ${note}\n`),
    );
    const version = versionBefore(plan, named.outline.run, cluster);
    const inventory = options.inventory ?? wish?.inventory;
    worst = Math.max(
      worst,
      await goBack(parts, cluster, version, { ...options, ...(inventory === undefined ? {} : { inventory }) }),
    );
  }
  return worst;
};
