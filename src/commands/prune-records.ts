import type { Command } from '../model/command.ts';
import { write } from './build.ts';
import { quoteWord } from './quote.ts';
import { nodeDirectory } from './systemd-run.ts';

/** What is to go from a node: whole directories of runs, and single files, as `<run>/<name>`. */
export interface Prunable {
  readonly runs: readonly string[];
  readonly files: readonly string[];
}

const safe = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** @throws TypeError for a name that could lead out of our directory or name all of it. */
const checked = (name: string): string => {
  if (!safe.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of ours`);
  return quoteWord(name);
};

/**
 * Removes what runs left on a node. Directories only where directories are meant, so that a file of ours of that name
 * stays; `--one-file-system` so that nothing that is mounted below is emptied. Source: rm(1), GNU coreutils.
 */
export const pruneRecords = ({ runs, files }: Prunable): Command => {
  const directories = runs.map((run) => `${checked(run)}/`).join(' ');
  const single = files.map((file) => file.split('/').map(checked).join('/')).join(' ');
  return write([
    'sh',
    '-c',
    [
      'set -eu',
      `cd ${quoteWord(nodeDirectory)}`,
      ...(single === '' ? [] : [`rm -rf --one-file-system ${single}`]),
      ...(directories === '' ? [] : [`rm -rf --one-file-system ${directories}`]),
    ].join('\n'),
  ]);
};
