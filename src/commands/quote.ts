import type { Command } from '../model/command.ts';

/** How a command becomes root: not at all, by sudo without a password, or by sudo reading one line of stdin. */
export type BecomeMode = 'none' | 'sudo' | 'sudo-with-password';

const plainWord = /^[A-Za-z0-9_/:.,@%+=-]+$/;
const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One word for a POSIX shell. Source: POSIX.1-2017 XCU 2.2.2, nothing is special between single quotes.
 * @throws TypeError for a NUL, which no argument can hold.
 */
export const quoteWord = (word: string): string => {
  if (word.includes('\0')) throw new TypeError('an argument cannot hold a NUL character');
  return plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
};

/** Arguments as one line for a POSIX shell. @throws TypeError for a NUL. */
export const quoteWords = (words: readonly string[]): string => words.map(quoteWord).join(' ');

/** An argv as one line for a POSIX shell. @throws TypeError when it is empty. */
export const quote = (argv: readonly string[]): string => {
  const [program] = argv;
  if (program === undefined) throw new TypeError('a command needs a program');
  // Unquoted it would be an assignment, and `env` takes it for one in any case.
  if (program.includes('=')) throw new TypeError(`"${program}" cannot be a program: it holds "="`);
  return quoteWords(argv);
};

const environment = (command: Command): string[] =>
  Object.entries(command.env ?? {}).map(([name, value]) => {
    if (!environmentName.test(name)) throw new TypeError(`"${name}" cannot be the name of an environment variable`);
    return `${name}=${value}`;
  });

/**
 * The line that a node's shell gets. With a password, sudo always runs `env`, so that its rules see the same program
 * in every command and in the probe: a rule that asks nothing for one program would leave the password to its stdin.
 * Source: sudo(8), `-n`, `-S`, `-k`, `-p`; measured with sudo 1.9.13: with NOPASSWD the line is not read.
 */
export const commandLine = (command: Command, become: BecomeMode): string => {
  const assignments = environment(command);
  const throughEnv = assignments.length > 0 ? ['env', ...assignments] : [];
  if (become === 'none') return quote([...throughEnv, ...command.argv]);
  if (become === 'sudo') return `sudo -n -- ${quote([...throughEnv, ...command.argv])}`;
  return `sudo -S -k -p '' -- ${quote(['env', ...assignments, ...command.argv])}`;
};
