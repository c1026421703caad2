import { SimulatorGap } from '../gap.ts';
import type { Builtin } from './builtin.ts';
import { isSignal, type Signal } from './proc.ts';
import { ShellFailure, type Shell } from './shell.ts';

const numberOr = (argv: readonly string[], otherwise: number): number => {
  const [name, text] = argv;
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new ShellFailure(`${name}: Illegal number: ${text}`);
  return Number(text);
};

/** The shell's `exit`. */
export const exit: Builtin = (shell, argv) => shell.exit(numberOr(argv, shell.status) & 255);

/** The shell's `return`. */
export const returns: Builtin = (shell, argv) => {
  const status = numberOr(argv, shell.status) & 255;
  if (shell.locals.length === 0) return shell.exit(status);
  shell.status = status;
  shell.skip = 'return';
  return status;
};

/** `break` and `continue`. */
export const leaveLoop =
  (skip: 'break' | 'continue'): Builtin =>
  (shell, argv) => {
    const count = numberOr(argv, 1);
    if (shell.loops === 0) return 0;
    shell.skip = skip;
    shell.skipLoops = Math.min(count, shell.loops);
    return 0;
  };

const optionNames = { e: 'errexit', u: 'nounset', C: 'noclobber', f: 'noglob' } as const;
const isOption = (letter: string): letter is keyof typeof optionNames => letter in optionNames;

/** The shell's `set`. */
export const set: Builtin = (shell, [, ...words]) => {
  if (words.length === 0) throw new SimulatorGap('set without arguments');
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || !/^[-+]./.test(word)) {
      shell.parameters = words.slice(word === '--' ? at + 1 : at);
      return 0;
    }
    for (const letter of word.slice(1)) {
      if (!isOption(letter)) throw new SimulatorGap(`set ${word}`);
      shell.options[optionNames[letter]] = word.startsWith('-');
    }
  }
  return 0;
};

/** The shell's `shift`. */
export const shift: Builtin = (shell, argv) => {
  const count = numberOr(argv, 1);
  if (count > shell.parameters.length) throw new ShellFailure("shift: can't shift that many");
  shell.parameters = shell.parameters.slice(count);
  return 0;
};

const conditionOf = (shell: Shell, name: string): Signal | 'EXIT' | undefined => {
  const plain = name.replace(/^SIG/, '');
  if (plain === 'EXIT' || plain === '0') return 'EXIT';
  if (isSignal(plain)) return plain;
  const numbered = { 1: 'HUP', 2: 'INT', 13: 'PIPE', 15: 'TERM' } as const;
  const found = Object.entries(numbered).find(([number]) => number === plain)?.[1];
  if (found === undefined && /^(QUIT|USR1|USR2|ALRM|\d+)$/.test(plain)) throw new SimulatorGap(`trap on ${name}`);
  if (found === undefined) shell.say(`trap: ${name}: bad trap\n`);
  return found;
};

/** The shell's `trap`. */
export const trap: Builtin = (shell, [, first, ...rest]) => {
  if (first === undefined) throw new SimulatorGap('trap without arguments');
  const resets = rest.length === 0 || first === '-';
  for (const name of rest.length === 0 ? [first] : rest) {
    const condition = conditionOf(shell, name);
    if (condition === undefined) return 1;
    if (resets) shell.traps.delete(condition);
    else shell.traps.set(condition, first);
    if (condition === 'EXIT') continue;
    if (!resets && first === '') shell.proc.ignored.add(condition);
    else shell.proc.ignored.delete(condition);
  }
  return 0;
};
