import type { Command } from '../model/command.ts';
import { unmountImage } from './ask-components.ts';
import { askedLock } from './ask-target.ts';
import { write } from './build.ts';
import { quoteWord } from './quote.ts';
import { nodeDirectory } from './systemd-run.ts';

/** What is to go from a node: whole directories of runs and of questions, and single files, as `<run>/<name>`. */
export interface Prunable {
  readonly runs: readonly string[];
  /** Of those that are over: one that is at work keeps its directory. */
  readonly questions: readonly string[];
  readonly files: readonly string[];
}

const safe = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** @throws TypeError for a name that could lead out of our directory or name all of it. */
const checked = (name: string): string => {
  if (!safe.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of ours`);
  return quoteWord(name);
};

/** Also what containerd keeps of images that were mounted there: of those that are not, nothing. */
const removeQuestions = (names: string): readonly string[] => [
  `for d in ${names}; do`,
  '  [ -d "$d" ] || continue',
  `  for place in ${quoteWord(nodeDirectory)}/"$d"/kube-*; do [ ! -d "$place" ] || ${unmountImage('"$place"')} || :; done`,
  `  flock -n "$d/${askedLock}" rm -rf --one-file-system "$d"`,
  'done',
];

/**
 * Removes what runs and questions left on a node. Directories only where directories are meant, so that a file of ours of that name
 * stays; `--one-file-system` so that nothing that is mounted below is emptied. Source: rm(1), GNU coreutils.
 */
export const pruneRecords = ({ runs, questions, files }: Prunable): Command => {
  const directories = runs.map((run) => `${checked(run)}/`).join(' ');
  const asked = questions.map(checked).join(' ');
  const single = files.map((file) => file.split('/').map(checked).join('/')).join(' ');
  return write([
    'sh',
    '-c',
    [
      'set -eu',
      `cd ${quoteWord(nodeDirectory)}`,
      ...(single === '' ? [] : [`rm -rf --one-file-system ${single}`]),
      ...(asked === '' ? [] : removeQuestions(asked)),
      ...(directories === '' ? [] : [`rm -rf --one-file-system ${directories}`]),
    ].join('\n'),
  ]);
};
