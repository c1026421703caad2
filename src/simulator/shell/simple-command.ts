import { SimulatorGap } from '../gap.ts';
import type { Task } from '../kernel.ts';
import { FileError } from '../world/files.ts';
import { ArithmeticMistake } from './arithmetic.ts';
import { assign, restore, type Saved } from './assign.ts';
import type { FunctionDefinition, SimpleCommand } from './ast.ts';
import type { Builtin } from './builtin.ts';
import { builtins, specialBuiltins } from './builtins.ts';
import { expandWords } from './expand.ts';
import { BrokenPipe, type OpenFile } from './open-file.ts';
import { statusOf, type Proc } from './proc.ts';
import { areFixed, RedirectFailure, redirected, redirectedNow } from './redirect.ts';
import { ShellFailure, type Shell } from './shell.ts';
import { launch } from './launch.ts';
import { surroundings } from './surroundings.ts';
import { begin, chain, ensured, rescuedTask, wait, type Soon } from './soon.ts';

const runFunction = (
  shell: Shell,
  definition: FunctionDefinition,
  argv: readonly string[],
  tested: boolean,
): Soon<number> => {
  const { parameters, functionLine, loops } = shell;
  shell.parameters = argv.slice(1);
  shell.functionLine = definition.line;
  shell.loops = 0;
  shell.locals.push(new Map());
  const leave = (status: number): number => {
    const made = shell.locals.pop();
    if (made !== undefined && made.size > 0) restore(shell, made);
    shell.parameters = parameters;
    shell.functionLine = functionLine;
    shell.loops = loops;
    if (shell.skip !== 'return') return status;
    shell.skip = '';
    return shell.status;
  };
  const soon = shell.run(shell, definition.body, tested);
  return typeof soon === 'object' ? chain(soon, leave) : leave(soon);
};

/** What a full disk or a closed pipe does to a builtin that prints. */
const brokenBuiltin = (shell: Shell, name: string, error: unknown): number => {
  if (error instanceof BrokenPipe && !shell.proc.ignored.has('PIPE')) {
    shell.proc.pending = 'PIPE';
    return statusOf('PIPE');
  }
  if (error instanceof BrokenPipe || (error instanceof FileError && error.code === 'ENOSPC')) {
    shell.complain(`${name}: ${name}: I/O error`);
    return 1;
  }
  throw error;
};

const runBuiltin = (shell: Shell, builtin: Builtin, argv: readonly string[]): Soon<number> => {
  try {
    const soon = builtin(shell, argv);
    if (typeof soon !== 'object') return soon;
    return rescuedTask(soon, (error) => brokenBuiltin(shell, argv[0] ?? '', error));
  } catch (error) {
    return brokenBuiltin(shell, argv[0] ?? '', error);
  }
};

const perform = (shell: Shell, command: SimpleCommand, argv: readonly string[], tested: boolean): Soon<number> => {
  const [name = ''] = argv;
  const special = specialBuiltins.get(name);
  if (command.assignments.length === 0)
    return special === undefined ? performNamed(shell, name, argv, tested) : runBuiltin(shell, special, argv);
  if (special !== undefined) return chain(assign(shell, command.assignments), () => runBuiltin(shell, special, argv));
  const before: Saved = new Map();
  const assigned = assign(shell, command.assignments, before, true);
  return chain(assigned, () =>
    ensured(
      () => performNamed(shell, name, argv, tested),
      () => restore(shell, before),
    ),
  );
};

/** A function, a builtin that is not special, or a program, in that order. */
const performNamed = (shell: Shell, name: string, argv: readonly string[], tested: boolean): Soon<number> => {
  const definition = shell.functions.get(name);
  if (definition !== undefined) return runFunction(shell, definition, argv, tested);
  const builtin = builtins.get(name);
  return builtin === undefined ? runProgram(shell, argv) : runBuiltin(shell, builtin, argv);
};

/** Source: dash, jobs.c: what ended a child is told, except for SIGINT and SIGPIPE. */
const told = { TERM: 'Terminated', HUP: 'Hangup', KILL: 'Killed', INT: undefined, PIPE: undefined } as const;

/** What is told of how a program ended. */
const report = (shell: Shell, { endedBy }: Proc, status: number): number => {
  const dying = shell.proc.pending !== undefined && !shell.traps.has(shell.proc.pending);
  const text = endedBy === undefined || dying ? undefined : told[endedBy];
  if (text !== undefined) shell.say(`${text}\n`);
  return status;
};

/** A program from PATH or by its path. */
const runProgram = (shell: Shell, argv: readonly string[]): Soon<number> => {
  const found = launch(surroundings(shell), shell.proc, argv);
  if ('problem' in found) {
    shell.complain(`${argv[0]}: ${found.problem}`);
    return found.status;
  }
  const soon = found.run();
  return typeof soon === 'object'
    ? chain(soon, (status) => report(shell, found.proc, status))
    : report(shell, found.proc, soon);
};

const isExec = (argv: readonly string[]): boolean => argv[0] === 'exec' && argv.length === 1;

/** Runs a command with the descriptors that its redirections made. */
const withDescriptors = (
  shell: Shell,
  command: SimpleCommand,
  argv: readonly string[],
  tested: boolean,
  files: (OpenFile | undefined)[],
): Soon<number> => {
  const before = shell.files;
  shell.files = files;
  if (isExec(argv)) {
    for (const file of before) file?.release();
    return 0;
  }
  // Nothing of the shell is left while its last command runs in its place: a lock on a descriptor goes, too.
  const replaced = command === shell.lastCommand && shell.traps.size === 0 && isProgram(shell, argv);
  if (replaced) for (const file of before) file?.release();
  return ensured(
    () => perform(shell, command, argv, tested),
    () => {
      for (const file of shell.files) file?.release();
      shell.files = replaced ? [] : before;
    },
  );
};

function* redirectAndPerform(
  shell: Shell,
  command: SimpleCommand,
  argv: readonly string[],
  tested: boolean,
): Task<number> {
  const files = yield* redirected(shell, command.redirects);
  return yield* wait(withDescriptors(shell, command, argv, tested, files));
}

const isProgram = (shell: Shell, [name = '']: readonly string[]): boolean =>
  !specialBuiltins.has(name) && !builtins.has(name) && !shell.functions.has(name);

function* redirectOnly(shell: Shell, command: SimpleCommand): Task<undefined> {
  for (const file of yield* redirected(shell, command.redirects)) file?.release();
  return undefined;
}

const assignOnly = (shell: Shell, command: SimpleCommand): Soon<number> => {
  if (command.redirects.length === 0) {
    const soon = assign(shell, command.assignments);
    return soon === undefined ? (shell.substituted ?? 0) : chain(soon, () => shell.substituted ?? 0);
  }
  const opened = begin(redirectOnly(shell, command));
  const assigned = chain(opened, () => assign(shell, command.assignments));
  return chain(assigned, () => shell.substituted ?? 0);
};

const execute = (shell: Shell, command: SimpleCommand, argv: readonly string[], tested: boolean): Soon<number> => {
  shell.line = command.line;
  if (argv.length === 0) return assignOnly(shell, command);
  const { redirects } = command;
  if (redirects.length === 0) return perform(shell, command, argv, tested);
  if (!areFixed(redirects)) return begin(redirectAndPerform(shell, command, argv, tested));
  return withDescriptors(shell, command, argv, tested, redirectedNow(shell, redirects));
};

const problem = (shell: Shell, error: unknown, argv: readonly string[]): number => {
  if (error instanceof RedirectFailure) {
    shell.complain(error.message);
    // Of a special builtin, it ends the shell (POSIX.1-2017 XCU 2.8.1).
    return specialBuiltins.has(argv[0] ?? '') ? shell.exit(2) : 2;
  }
  if (error instanceof ArithmeticMistake) throw new ShellFailure(`arithmetic expression: ${error.message}`);
  if (error instanceof FileError) throw new SimulatorGap(`${argv.join(' ')}: ${error.message} was not met`);
  throw error;
};

/** Expands a command's words, and runs it. */
const expandAndExecute = (shell: Shell, command: SimpleCommand, argv: string[], tested: boolean): Soon<number> => {
  const expanded = expandWords(shell, command.words, argv);
  return expanded === undefined
    ? execute(shell, command, argv, tested)
    : chain(expanded, () => execute(shell, command, argv, tested));
};

/** A simple command (POSIX.1-2017 XCU 2.9.1). */
export const runSimple = (shell: Shell, command: SimpleCommand, tested: boolean): Soon<number> => {
  const argv: string[] = [];
  shell.line = command.line;
  shell.substituted = undefined;
  try {
    const soon =
      command.fixed === undefined
        ? expandAndExecute(shell, command, argv, tested)
        : execute(shell, command, command.fixed, tested);
    if (typeof soon !== 'object') return soon;
    return rescuedTask(soon, (error) => problem(shell, error, command.fixed ?? argv));
  } catch (error) {
    return problem(shell, error, command.fixed ?? argv);
  }
};
