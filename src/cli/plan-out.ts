import { exitCode, UsageError } from '../model/errors.ts';
import { quote } from '../commands/quote.ts';
import { savedCluster, savedPlanFormat, type ToSave } from '../plan/saved-plan.ts';
import { checkPlanFile, writeSavedPlan } from './plan-file.ts';
import type { Parts } from './parts.ts';
import type { ClusterWish } from './cluster-wish.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { runPlaybook } from './playbook-run.ts';

export interface OutOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/**
 * Plans, and saves what was planned where `--out` says so; writes nothing else, anywhere. Nothing is saved while
 * something stands in the way of one of the clusters.
 * @throws UsageError before anything is connected to.
 */
export const planAndSave = async (
  parts: Parts,
  wishes: readonly ClusterWish[],
  options: PlaybookOptions & OutOptions & { readonly inventory?: string },
): Promise<number> => {
  const { out, force = false, inventory = '' } = options;
  if (out === undefined) {
    if (force) throw new UsageError('--force is about the file of --out FILE, and there is none');
    return runPlaybook(parts, wishes, { ...options, dryRun: true });
  }
  await checkPlanFile(parts, out, force);
  const made: ToSave[] = [];
  const keeping = wishes.map((wish) => ({ ...wish, keep: (toSave: ToSave) => void made.push(toSave) }));
  const code = await runPlaybook(parts, keeping, { ...options, dryRun: true });
  // Outside of the window the plan for it is made: it is judged by the window again when it is run.
  const kept = code === exitCode.outsideWindow && made.length === wishes.length;
  if (code !== exitCode.done && !kept) {
    parts.stderr.write(`no plan was saved in ${out}: clear what stands in the way, and plan again\n`);
    return code;
  }
  const salt = parts.entropy.token();
  const clusters = made.map((toSave) => savedCluster(toSave, salt));
  const saved = { nodeops: parts.version, createdAt: parts.clock.now(), salt, clusters };
  await writeSavedPlan(parts, out, { kind: 'nodeops-plan', format: savedPlanFormat, ...saved }, force);
  const next = quote(['nodeops', 'upgrade', '--plan', out, '--inventory', inventory]);
  parts.stderr.write(`the plan is saved in ${out}; it is run with: ${next}\n`);
  return code;
};
