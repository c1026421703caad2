import { quote } from '../commands/quote.ts';
import { withoutControlSequences } from '../model/text.ts';
import { waiverTexts } from '../model/waivers.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import { run } from './commands/run.ts';
import { upgrade } from './commands/upgrade.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-run.ts';
import { wayOf, wayWords } from './way.ts';

/** What a person would type for it. */
const wordsOf = (wish: KeptWish): readonly string[] => [
  'nodeops',
  wish.command,
  ...(wish.command === 'run' ? [wish.playbook] : []),
  '--inventory',
  wish.inventory,
  '--cluster',
  wish.cluster,
  ...(wish.plan === undefined ? [] : ['--plan', wish.plan]),
  ...(wish.command === 'run'
    ? Object.entries(wish.parameters).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    : wish.plan === undefined
      ? ['--to', String(wish.parameters['version']), ...wayWords(wish.parameters)]
      : []),
  // A saved plan says itself which nodes it is for.
  ...(wish.plan === undefined ? (wish.limit ?? []).flatMap((node) => ['--limit', node]) : []),
  ...(wish.only === undefined ? [] : ['--only', wish.only]),
  ...(wish.plan === undefined ? waiverTexts(wish.waivers).flatMap((text) => ['--waive', text]) : []),
];

/** The same on one line, also where it was read from a cluster. */
export const commandOf = (wish: KeptWish): string => withoutControlSequences(quote(wordsOf(wish)));

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
  const set = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return run(parts, wish.playbook, { ...options, ...selection, set });
};
