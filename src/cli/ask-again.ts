import { waiverTexts } from '../model/waivers.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { wishesToRun } from './commands/run.ts';
import { wishesToUpgrade } from './commands/upgrade.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { setWords } from './set-words.ts';
import { wayOf } from './way.ts';

const asked = (
  parts: Parts,
  wish: KeptWish,
  options: Pick<PlaybookOptions, 'waive' | 'output' | 'dryRun'>,
): readonly ClusterWish[] => {
  const { inventory, cluster, limit, only, spares, parameters } = wish;
  const selection = {
    inventory,
    cluster: [cluster],
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    ...(spares === undefined ? {} : { withSpare: spares }),
    waive: [...waiverTexts(wish.waivers), ...(options.waive ?? [])],
  };
  if (wish.plan !== undefined)
    return wishesToUpgrade(parts, { ...options, inventory, cluster: [cluster], plan: wish.plan });
  if (wish.command === 'upgrade')
    return wishesToUpgrade(parts, {
      ...options,
      ...selection,
      to: String(parameters['version']),
      ...wayOf(parameters),
    });
  return wishesToRun(parts, wish.playbook, { ...selection, set: setWords(parameters) });
};

/** The same again, from fresh observation, as a new run that goes on with `run`. @throws UsageError as the command itself. */
export const askAgain = (
  parts: Parts,
  { wish, run }: { readonly wish: KeptWish; readonly run: string },
  options: Pick<PlaybookOptions, 'waive' | 'output' | 'dryRun'>,
): readonly ClusterWish[] => asked(parts, wish, options).map((each) => ({ ...each, resumes: run }));
