import type { CommandResult } from '../model/command.ts';
import { withoutControlSequences } from '../model/text.ts';

/**
 * What names a cause, the most telling first; of lines of one kind the first one, for the others follow from it.
 * Sources: recorded on the lab, Debian 12 (apt 2.6, dpkg 1.21), kubeadm 1.36.3.
 */
const causes: readonly RegExp[] = [
  /^\s*\[ERROR \w+\]: /,
  /No space left on device|Read-only file system/,
  /^dpkg: (?:unrecoverable fatal )?error/,
  /^E: /,
];

/** What is said after a cause: kubeadm's advice, and what our own scripts put right. */
const afterwords: readonly RegExp[] = [/^To see the stack trace of this error/, /^the previous \S+ is back$/];

/** The one line of what a command printed that says why it failed: its last, where none is known to say more. */
export const tellingLine = ({ stderr, stdout }: Pick<CommandResult, 'stdout' | 'stderr'>): string => {
  const lines = withoutControlSequences(stderr === '' ? stdout : stderr)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-200);
  const cause = causes.map((pattern) => lines.find((line) => pattern.test(line))).find((line) => line !== undefined);
  const last = lines.findLast((line) => !afterwords.some((pattern) => pattern.test(line)));
  return (cause ?? last ?? lines.at(-1) ?? '').trim();
};
