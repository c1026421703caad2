import { read } from '../commands/build.ts';
import { markFile, type NodeMark } from '../commands/node-marks.ts';
import { quoteWord } from '../commands/quote.ts';
import { printBoot } from '../commands/systemd-run.ts';
import { defineFact, type Fact } from './fact.ts';

/** How the restart of a node stands that one maintenance asks for. */
export type NodeRestart =
  | { readonly kind: 'not-asked' }
  /** Asked for in the boot that still runs. */
  | { readonly kind: 'asked'; readonly secondsAgo: number }
  | { readonly kind: 'done' };

const restartScript = (file: string): string =>
  [
    `file=${quoteWord(file)}`,
    'if [ ! -e "$file" ]; then echo not-asked',
    `elif [ "$(cat "$file")" = "$(${printBoot})" ]; then echo "asked $(($(date +%s) - $(stat -c %Y "$file")))"`,
    'else echo done; fi',
  ].join('\n');

/** By the boot that the node remembered before; in a container too (see `boot-identity`). */
export const nodeRestart = (maintenance: string): Fact<NodeRestart> =>
  defineFact<NodeRestart>({
    id: 'node-restart',
    parameters: [maintenance],
    subject: 'node',
    command: read(['sh', '-c', restartScript(markFile(maintenance, 'boot'))]),
    parse: ({ stdout, stderr }) => {
      const [word = '', seconds = ''] = stdout.trim().split(' ');
      if (word === 'not-asked' || word === 'done') return { value: { kind: word } };
      if (word === 'asked' && /^-?\d+$/.test(seconds))
        // A clock that was put back in between makes it negative.
        return { value: { kind: 'asked', secondsAgo: Math.max(0, Number(seconds)) } };
      return { unreadable: stdout.trim() || stderr };
    },
  });

const happened = (id: string, mark: NodeMark, maintenance: string): Fact<boolean> =>
  defineFact<boolean>({
    id,
    parameters: [maintenance],
    subject: 'node',
    command: read(['sh', '-c', `if [ -e ${quoteWord(markFile(maintenance, mark))} ]; then echo yes; else echo no; fi`]),
    parse: ({ stdout, stderr }) => {
      const word = stdout.trim();
      return word === 'yes' || word === 'no' ? { value: word === 'yes' } : { unreadable: word || stderr };
    },
  });

/** Whether a maintenance has read a node's package lists anew. */
export const listsRefreshed = (maintenance: string): Fact<boolean> => happened('lists-refreshed', 'lists', maintenance);

/** Whether a maintenance has renewed a node's certificates. */
export const certificatesRenewed = (maintenance: string): Fact<boolean> =>
  happened('certificates-renewed', 'certificates', maintenance);
