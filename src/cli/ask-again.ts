import { waiverTexts } from '../model/waivers.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import { run } from './commands/run.ts';
import { upgrade } from './commands/upgrade.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-run.ts';
import { setWords } from './set-words.ts';
import { wayOf } from './way.ts';

/** Asks for the same again, from fresh observation, as a new run. @throws UsageError as the command itself. */
export const askAgain = (parts: Parts, wish: KeptWish, options: PlaybookOptions): Promise<number> => {
  const { inventory, cluster, limit, only, parameters } = wish;
  const selection = {
    inventory,
    cluster: [cluster],
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    waive: [...waiverTexts(wish.waivers), ...(options.waive ?? [])],
  };
  if (wish.plan !== undefined) return upgrade(parts, { ...options, inventory, cluster: [cluster], plan: wish.plan });
  if (wish.command === 'upgrade')
    return upgrade(parts, { ...options, ...selection, to: String(parameters['version']), ...wayOf(parameters) });
  return run(parts, wish.playbook, { ...options, ...selection, set: setWords(parameters) });
};
