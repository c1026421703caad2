import { quote } from '../commands/quote.ts';
import { withoutControlSequences } from '../model/text.ts';
import { waiverTexts } from '../model/waivers.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import { wayWords } from './way.ts';

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
  ...(wish.spares ?? []).flatMap((spare) => ['--with-spare', spare]),
  ...(wish.plan === undefined ? waiverTexts(wish.waivers).flatMap((text) => ['--waive', text]) : []),
];

/** The same on one line, also where it was read from a cluster. */
export const commandOf = (wish: KeptWish): string => withoutControlSequences(quote(wordsOf(wish)));
