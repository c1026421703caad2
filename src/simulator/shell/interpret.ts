import type { Task } from '../kernel.ts';
import type { Command, Script } from './ast.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { Collector, TextSource, type OpenFile } from './open-file.ts';
import { parseScript } from './parse-script.ts';
import { matches } from './pattern.ts';
import { RedirectFailure, redirected } from './redirect.ts';
import { ShellFailure, type Shell } from './shell.ts';
import { runSimple } from './simple-command.ts';
import { actOnSignal, runExitTrap } from './traps.ts';

type Of<T extends Command['t']> = Extract<Command, { t: T }>;

/** `set -e` acts after these only, and not where the status is tested. Source: dash, eval.c, evaltree(). */
const checked = (shell: Shell, status: number, tested: boolean): number => {
  if (status !== 0 && !tested && shell.options.errexit && shell.skip === '') shell.exit(status);
  return status;
};

function* subshell(shell: Shell, body: Command, tested: boolean, files?: ReadonlyMap<number, OpenFile>): Task<number> {
  const inner = shell.fork(files);
  return yield* runToEnd(inner, () => run(inner, body, tested));
}

/**
 * Left to right, each with the whole output of the one before: sound for programs that end by themselves and read all
 * they are given; a program that never ends on its left side would have to be a gap.
 */
function* pipeline(shell: Shell, { commands }: Of<'pipeline'>, tested: boolean): Task<number> {
  let input: TextSource | undefined;
  let status = 0;
  for (const [index, command] of commands.entries()) {
    const replaced = new Map<number, OpenFile>(input === undefined ? [] : [[0, input]]);
    const output = index < commands.length - 1 ? new Collector() : undefined;
    if (output !== undefined) replaced.set(1, output);
    status = yield* subshell(shell, command, tested, replaced);
    if (output !== undefined) input = new TextSource(output.text);
  }
  return status;
}

function* sequence(shell: Shell, { commands }: Of<'sequence'>, tested: boolean): Task<number> {
  let status = 0;
  for (const command of commands) {
    status = yield* run(shell, command, tested);
    if (shell.skip !== '') break;
  }
  return status;
}

function* andOr(shell: Shell, command: Of<'and' | 'or'>, tested: boolean): Task<number> {
  const left = yield* run(shell, command.left, true);
  if (shell.skip !== '' || (left === 0) === (command.t === 'or')) return left;
  return yield* run(shell, command.right, tested);
}

function* choice(shell: Shell, command: Of<'if'>, tested: boolean): Task<number> {
  const test = yield* run(shell, command.test, true);
  if (shell.skip !== '') return test;
  if (test === 0) return yield* run(shell, command.body, tested);
  return command.otherwise === undefined ? 0 : yield* run(shell, command.otherwise, tested);
}

/** After a loop's body: whether the loop ends, with `break` and `continue` counted down. */
const leaves = (shell: Shell): boolean => {
  if (shell.skip !== 'break' && shell.skip !== 'continue') return shell.skip !== '';
  shell.skipLoops -= 1;
  if (shell.skipLoops > 0) return true;
  const ends = shell.skip === 'break';
  shell.skip = '';
  return ends;
};

function* looped(shell: Shell, rounds: () => Task<number>): Task<number> {
  shell.loops += 1;
  const status = yield* rounds();
  shell.loops -= 1;
  return status;
}

function* loopWhile(shell: Shell, { until, test, body }: Of<'loop'>, tested: boolean): Task<number> {
  let status = 0;
  for (;;) {
    const found = yield* run(shell, test, true);
    if (shell.skip !== '') {
      if (leaves(shell)) return status;
      continue;
    }
    if ((found === 0) === until) return status;
    status = yield* run(shell, body, tested);
    if (leaves(shell)) return status;
  }
}

function* loopOver(shell: Shell, { name, words, body }: Of<'for'>, tested: boolean): Task<number> {
  const items = words === undefined ? [...shell.parameters] : yield* expandWords(shell, words);
  let status = 0;
  for (const item of items) {
    shell.set(name, item);
    status = yield* run(shell, body, tested);
    if (leaves(shell)) break;
  }
  return status;
}

function* caseOf(shell: Shell, { word, arms }: Of<'case'>, tested: boolean): Task<number> {
  const text = yield* expandText(shell, word);
  for (const { patterns, body } of arms) {
    for (const pattern of patterns) {
      if (!matches(yield* expandPattern(shell, pattern), text)) continue;
      return body === undefined ? 0 : yield* run(shell, body, tested);
    }
  }
  return 0;
}

function* withRedirects(shell: Shell, command: Of<'redirected'>, tested: boolean): Task<number> {
  const before = shell.files;
  try {
    shell.files = yield* redirected(shell, command.redirects);
  } catch (error) {
    if (!(error instanceof RedirectFailure)) throw error;
    shell.line = command.line;
    shell.complain(error.message);
    return checked(shell, 2, tested);
  }
  try {
    return yield* run(shell, command.body, tested);
  } finally {
    for (const file of shell.files) file?.release();
    shell.files = before;
  }
}

function* negated(shell: Shell, command: Command): Task<number> {
  const status = yield* run(shell, command, true);
  return shell.skip === '' ? Number(status === 0) : status;
}

function evaluate(shell: Shell, command: Command, tested: boolean): Task<number> {
  switch (command.t) {
    case 'simple':
      return runSimple(shell, command, tested);
    case 'sequence':
      return sequence(shell, command, tested);
    case 'and':
    case 'or':
      return andOr(shell, command, tested);
    case 'not':
      return negated(shell, command.command);
    case 'pipeline':
      return pipeline(shell, command, tested);
    case 'subshell':
      return subshell(shell, command.body, tested);
    case 'redirected':
      return withRedirects(shell, command, tested);
    case 'if':
      return choice(shell, command, tested);
    case 'for':
      return looped(shell, () => loopOver(shell, command, tested));
    case 'loop':
      return looped(shell, () => loopWhile(shell, command, tested));
    case 'case':
      return caseOf(shell, command, tested);
    case 'function':
      shell.define(command);
      return noTime;
  }
}

/** A task that is over at once with 0: shared, for it has no state. */
const noTime: Task<number> = {
  next: () => ({ done: true, value: 0 }),
  return: (value) => ({ done: true, value: typeof value === 'number' ? value : 0 }),
  throw: (error) => {
    throw error;
  },
  [Symbol.iterator]: () => noTime,
  [Symbol.dispose]: () => undefined,
};

/** Runs one command; `tested` is whether somebody asks for its status, so that `set -e` does not act. */
export function* run(shell: Shell, command: Command, tested: boolean): Task<number> {
  let status = yield* evaluate(shell, command, tested);
  // `exit`, a trap: what they left is the status.
  if (shell.skip === 'exit' || shell.skip === 'killed') return shell.status;
  shell.status = status;
  if (command.t === 'simple' || command.t === 'subshell' || command.t === 'pipeline') {
    status = checked(shell, status, tested);
    if (shell.proc.pending !== undefined) status = yield* actOnSignal(shell);
  }
  return status;
}

/** Runs what a shell has to do, then its trap of EXIT, and ends its process. */
export function* runToEnd(shell: Shell, work: () => Task<number>): Task<number> {
  try {
    try {
      const status = yield* work();
      if (shell.skip !== 'exit' && shell.skip !== 'killed') shell.status = status;
    } catch (error) {
      if (!(error instanceof ShellFailure)) throw error;
      shell.complain(error.message);
      shell.exit(2);
    }
    return yield* runExitTrap(shell);
  } finally {
    shell.closeAll();
    shell.proc.end();
  }
}

/** A script's lines, one after the other; a mistake in it is met when its line is reached, as dash reads on. */
export function* runScript(shell: Shell, script: Script): Task<number> {
  let status = 0;
  for (const command of script.commands) {
    status = yield* run(shell, command, false);
    if (shell.skip !== '') return status;
  }
  if (script.mistake === undefined) return status;
  shell.say(`${shell.name}: ${script.mistake.line}: ${script.mistake.text}\n`);
  return shell.exit(2);
}

/** A text as a script in this shell: a trap's action. */
export const runText = (shell: Shell, text: string): Task<number> => runScript(shell, parseScript(text));
