import type { Task } from '../kernel.ts';
import type { Command, Script } from './ast.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { Collector, TextSource, type OpenFile } from './open-file.ts';
import { matches } from './pattern.ts';
import { RedirectFailure, redirected } from './redirect.ts';
import { ShellFailure, type Shell } from './shell.ts';
import { runSimple } from './simple-command.ts';
import { begin, chain, ensured, rescued, wait, type Soon } from './soon.ts';
import { actOnSignal, runExitTrap } from './traps.ts';

type Of<T extends Command['t']> = Extract<Command, { t: T }>;

/** `set -e` acts after these only, and not where the status is tested. Source: dash, eval.c, evaltree(). */
const checked = (shell: Shell, status: number, tested: boolean): number => {
  if (status !== 0 && !tested && shell.options.errexit && shell.skip === '') shell.exit(status);
  return status;
};

const subshell = (shell: Shell, body: Command, tested: boolean, input?: OpenFile, output?: OpenFile): Soon<number> =>
  runCommandToEnd(shell.fork(input, output), body, tested);

/**
 * Left to right, each with the whole output of the one before: sound for programs that end by themselves and read all
 * they are given; a program that never ends on its left side would have to be a gap.
 */
function* pipeline(shell: Shell, { commands }: Of<'pipeline'>, tested: boolean): Task<number> {
  let input: TextSource | undefined;
  let status = 0;
  for (const [index, command] of commands.entries()) {
    const output = index < commands.length - 1 ? new Collector() : undefined;
    status = yield* wait(subshell(shell, command, tested, input, output));
    if (output !== undefined) input = new TextSource(output.text);
  }
  return status;
}

function* goOn(shell: Shell, task: Task<number>, rest: readonly Command[], tested: boolean): Task<number> {
  let status = yield* task;
  for (const command of rest) {
    if (shell.skip !== '') break;
    const soon = run(shell, command, tested);
    status = typeof soon === 'object' ? yield* soon : soon;
  }
  return status;
}

const inOrder = (shell: Shell, commands: readonly Command[], tested: boolean): Soon<number> => {
  let status = 0;
  let count = 0;
  for (const command of commands) {
    const soon = run(shell, command, tested);
    count += 1;
    if (typeof soon === 'object') return goOn(shell, soon, commands.slice(count), tested);
    status = soon;
    if (shell.skip !== '') break;
  }
  return status;
};

const right = (shell: Shell, command: Of<'and' | 'or'>, tested: boolean, left: number): Soon<number> =>
  shell.skip !== '' || (left === 0) === (command.t === 'or') ? left : run(shell, command.right, tested);

const andOr = (shell: Shell, command: Of<'and' | 'or'>, tested: boolean): Soon<number> => {
  const left = run(shell, command.left, true);
  return typeof left === 'object'
    ? chain(left, (status) => right(shell, command, tested, status))
    : right(shell, command, tested, left);
};

const chosen = (shell: Shell, command: Of<'if'>, tested: boolean, test: number): Soon<number> => {
  if (shell.skip !== '') return test;
  if (test === 0) return run(shell, command.body, tested);
  return command.otherwise === undefined ? 0 : run(shell, command.otherwise, tested);
};

const choice = (shell: Shell, command: Of<'if'>, tested: boolean): Soon<number> => {
  const test = run(shell, command.test, true);
  return typeof test === 'object'
    ? chain(test, (status) => chosen(shell, command, tested, status))
    : chosen(shell, command, tested, test);
};

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
    const asked = run(shell, test, true);
    const found = typeof asked === 'object' ? yield* asked : asked;
    if (shell.skip !== '') {
      if (leaves(shell)) return status;
      continue;
    }
    if ((found === 0) === until) return status;
    const done = run(shell, body, tested);
    status = typeof done === 'object' ? yield* done : done;
    if (leaves(shell)) return status;
  }
}

function* loopOver(shell: Shell, { name, words, body }: Of<'for'>, tested: boolean): Task<number> {
  const items: string[] = words === undefined ? [...shell.parameters] : [];
  if (words !== undefined) yield* wait(expandWords(shell, words, items));
  let status = 0;
  for (const item of items) {
    shell.set(name, item);
    const done = run(shell, body, tested);
    status = typeof done === 'object' ? yield* done : done;
    if (leaves(shell)) break;
  }
  return status;
}

function* caseOf(shell: Shell, { word, arms }: Of<'case'>, tested: boolean): Task<number> {
  const text = yield* wait(expandText(shell, word));
  for (const { patterns, body } of arms) {
    for (const pattern of patterns) {
      if (!matches(yield* wait(expandPattern(shell, pattern)), text)) continue;
      return body === undefined ? 0 : yield* wait(run(shell, body, tested));
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
    return yield* wait(run(shell, command.body, tested));
  } finally {
    for (const file of shell.files) file?.release();
    shell.files = before;
  }
}

const evaluate = (shell: Shell, command: Command, tested: boolean): Soon<number> => {
  switch (command.t) {
    case 'simple':
      return runSimple(shell, command, tested);
    case 'sequence':
      return inOrder(shell, command.commands, tested);
    case 'and':
    case 'or':
      return andOr(shell, command, tested);
    case 'not':
      return chain(run(shell, command.command, true), (status) => (shell.skip === '' ? Number(status === 0) : status));
    case 'pipeline':
      return begin(pipeline(shell, command, tested));
    case 'subshell':
      return subshell(shell, command.body, tested);
    case 'redirected':
      return begin(withRedirects(shell, command, tested));
    case 'if':
      return choice(shell, command, tested);
    case 'for':
      return begin(looped(shell, () => loopOver(shell, command, tested)));
    case 'loop':
      return begin(looped(shell, () => loopWhile(shell, command, tested)));
    case 'case':
      return begin(caseOf(shell, command, tested));
    case 'function':
      shell.define(command);
      return 0;
  }
};

const finished = (shell: Shell, command: Command, tested: boolean, result: number): Soon<number> => {
  // `exit`, a trap: what they left is the status.
  if (shell.skip === 'exit' || shell.skip === 'killed') return shell.status;
  shell.status = result;
  if (command.t !== 'simple' && command.t !== 'subshell' && command.t !== 'pipeline') return result;
  const status = checked(shell, result, tested);
  return shell.proc.pending === undefined ? status : begin(actOnSignal(shell));
};

/** Runs one command; `tested` is whether somebody asks for its status, so that `set -e` does not act. */
export const run = (shell: Shell, command: Command, tested: boolean): Soon<number> => {
  const soon = evaluate(shell, command, tested);
  return typeof soon === 'object'
    ? chain(soon, (status) => finished(shell, command, tested, status))
    : finished(shell, command, tested, soon);
};

/** What ended a shell's work: its last status, unless it exited. */
const leave = (shell: Shell, status: number): number => {
  if (shell.skip !== 'exit' && shell.skip !== 'killed') shell.status = status;
  return shell.status;
};

const fail = (shell: Shell, error: unknown): number => {
  if (!(error instanceof ShellFailure)) throw error;
  shell.complain(error.message);
  return shell.exit(2);
};

/** Runs what a shell has to do, then its trap of EXIT, and ends its process. */
export const runToEnd = (shell: Shell, work: () => Soon<number>): Soon<number> =>
  ensured(
    () => {
      const worked = rescued(
        () => chain(work(), (status) => leave(shell, status)),
        (error) => fail(shell, error),
      );
      return chain(worked, () => (shell.traps.has('EXIT') ? begin(runExitTrap(shell)) : shell.status));
    },
    () => {
      shell.closeAll();
      shell.proc.end();
    },
  );

/** Runs one command in a shell of its own, and ends that. */
export const runCommandToEnd = (shell: Shell, command: Command, tested: boolean): Soon<number> =>
  runToEnd(shell, () => run(shell, command, tested));

/** A script's lines, one after the other; a mistake in it is met when its line is reached, as dash reads on. */
export const runScript = (shell: Shell, { commands, mistake }: Script): Soon<number> =>
  chain(inOrder(shell, commands, false), (status) => {
    if (mistake === undefined || shell.skip !== '') return status;
    shell.say(`${shell.name}: ${mistake.line}: ${mistake.text}\n`);
    return shell.exit(2);
  });
