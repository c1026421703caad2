import { resolve } from '../commands/recovery-host.ts';
import { defineFact, type Fact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** The addresses that a name has on a host, by its own resolver and /etc/hosts; of an address that address. */
export const addressesOf = (name: string): Fact<readonly string[]> =>
  defineFact<readonly string[]>({
    id: 'addresses-of',
    parameters: [name],
    subject: 'node',
    command: resolve(name),
    parse: (output) => {
      const lines = linesBeforeEnd(output);
      if (lines === undefined || output.stdout === '') return { unreadable: output.stdout.trim() || output.stderr };
      return lines.every((line) => /^[0-9a-fA-F.:]+(%\S+)?$/.test(line))
        ? { value: lines }
        : { unreadable: output.stdout };
    },
  });
