import { SimulatorGap } from '../gap.ts';
import type { FileStat } from '../world/files.ts';
import { mayRead, mayWrite } from './permission.ts';
import type { Shell } from './shell.ts';

/** What dash says of an expression that is none; rc 2. */
export class TestMistake extends Error {
  override readonly name = 'TestMistake';
}

type Unary = (shell: Shell, word: string) => boolean;

const stat = (shell: Shell, word: string): FileStat | undefined =>
  word === '' ? undefined : shell.host.files.stat(shell.path(word));
const linkStat = (shell: Shell, word: string): FileStat | undefined =>
  word === '' ? undefined : shell.host.files.linkStat(shell.path(word));

const unary: Readonly<Record<string, Unary>> = {
  '-n': (_, word) => word !== '',
  '-z': (_, word) => word === '',
  '-e': (shell, word) => stat(shell, word) !== undefined,
  '-f': (shell, word) => stat(shell, word)?.kind === 'file',
  '-d': (shell, word) => stat(shell, word)?.kind === 'directory',
  '-S': (shell, word) => stat(shell, word)?.kind === 'socket',
  '-c': (shell, word) => stat(shell, word)?.kind === 'device',
  '-L': (shell, word) => linkStat(shell, word)?.kind === 'link',
  '-h': (shell, word) => linkStat(shell, word)?.kind === 'link',
  '-s': (shell, word) => (stat(shell, word)?.bytes ?? 0) > 0,
  '-r': (shell, word) => stat(shell, word) !== undefined && mayRead(shell.host.files, shell.path(word), shell.uid),
  '-w': (shell, word) => stat(shell, word) !== undefined && mayWrite(shell.host.files, shell.path(word), shell.uid),
  '-x': (shell, word) => ((stat(shell, word)?.mode ?? 0) & 0o111) !== 0,
  '-t': () => false,
};

const integer = (word: string): number => {
  if (!/^\s*[-+]?\d+\s*$/.test(word)) throw new TestMistake(`Illegal number: ${word}`);
  return Number(word);
};

type Binary = (left: string, right: string) => boolean;

const binary: Readonly<Record<string, Binary>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '-eq': (left, right) => integer(left) === integer(right),
  '-ne': (left, right) => integer(left) !== integer(right),
  '-gt': (left, right) => integer(left) > integer(right),
  '-ge': (left, right) => integer(left) >= integer(right),
  '-lt': (left, right) => integer(left) < integer(right),
  '-le': (left, right) => integer(left) <= integer(right),
};

const ofTimes: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '-nt': (left, right) => left > right,
  '-ot': (left, right) => left < right,
};

const compare = (shell: Shell, left: string, operator: string, right: string): boolean => {
  const times = ofTimes[operator];
  if (times !== undefined) return times(stat(shell, left)?.changedAt ?? 0, stat(shell, right)?.changedAt ?? 0);
  const work = binary[operator];
  if (work === undefined) throw new TestMistake(`${left}: unexpected operator`);
  return work(left, right);
};

const isBinary = (word: string | undefined): boolean => word !== undefined && (word in binary || word in ofTimes);

/** test(1) by the number of its words (POSIX.1-2017); `-a`, `-o` and parentheses are left out. */
const evaluate = (shell: Shell, words: readonly string[]): boolean => {
  const [first = '', second = '', third = ''] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return first !== '';
  if (words.length === 3 && isBinary(second)) return compare(shell, first, second, third);
  if (first === '!') return !evaluate(shell, words.slice(1));
  if (words.length === 2) {
    const work = unary[first];
    if (work !== undefined) return work(shell, second);
    if (/^-[a-zA-Z]$/.test(first)) throw new SimulatorGap(`test ${first}`);
    throw new TestMistake(isBinary(second) ? `${second}: argument expected` : `${first}: unexpected operator`);
  }
  if (words.some((word) => word === '-a' || word === '-o' || word === '('))
    throw new SimulatorGap('test with -a, -o, (');
  throw new TestMistake(`${words.length === 3 ? first : second}: unexpected operator`);
};

/** @throws TestMistake with dash's text. */
export const evaluateTest = (shell: Shell, argv: readonly string[]): boolean => {
  if (argv[0] !== '[') return evaluate(shell, argv.slice(1));
  if (argv.at(-1) !== ']') throw new TestMistake('missing ]');
  return evaluate(shell, argv.slice(1, -1));
};
