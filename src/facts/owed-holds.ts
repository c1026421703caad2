import { read } from '../commands/build.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { defineFact } from './fact.ts';

/** Where an install writes down, before it lifts them, which holds it owes; it goes when they are back. */
export const owedHoldsFile = `${nodeDirectory}/holds`;

/** Packages whose hold a run of ours lifted and could not put back: it was killed, or the power went. */
export const owedHolds = defineFact<readonly string[]>({
  id: 'owed-holds',
  subject: 'node',
  command: read(['sh', '-c', `[ ! -e ${owedHoldsFile} ] || cat ${owedHoldsFile}`]),
  parse: ({ stdout, stderr, code }) => {
    if (code !== 0) return { unreadable: stderr };
    const names = stdout.split('\n').filter((line) => line !== '');
    return names.every((name) => /^[a-z0-9][a-z0-9.+-]*$/.test(name)) ? { value: names } : { unreadable: stdout };
  },
});
