import { SimulatorGap } from '../gap.ts';
import type { Task } from '../kernel.ts';
import { FileError } from '../world/files.ts';
import { ArithmeticMistake } from './arithmetic.ts';
import type { Assignment, FunctionDefinition, SimpleCommand } from './ast.ts';
import type { Builtin } from './builtin.ts';
import { builtins, specialBuiltins } from './builtins.ts';
import { expandText, expandWords } from './expand.ts';
import { BrokenPipe } from './open-file.ts';
import { statusOf } from './proc.ts';
import { RedirectFailure, redirected } from './redirect.ts';
import { ShellFailure, type Shell, type Variable } from './shell.ts';
import { launch, type Launch } from './launch.ts';

/** Puts variables of one command back as they were. */
const restore = (shell: Shell, before: ReadonlyMap<string, Variable | undefined>): void => {
  for (const [name, variable] of before) shell.put(name, variable);
};

function* assign(
  shell: Shell,
  assignments: readonly Assignment[],
  exported?: boolean,
): Task<Map<string, Variable | undefined>> {
  const before = new Map<string, Variable | undefined>();
  for (const { name, value } of assignments) {
    const text = yield* expandText(shell, value);
    if (!before.has(name)) before.set(name, shell.variables.get(name));
    shell.set(name, text, exported);
  }
  return before;
}

function* runFunction(
  shell: Shell,
  definition: FunctionDefinition,
  argv: readonly string[],
  tested: boolean,
): Task<number> {
  const { parameters, functionLine, loops } = shell;
  shell.parameters = argv.slice(1);
  shell.functionLine = definition.line;
  shell.loops = 0;
  shell.locals.push(new Map());
  const status = yield* shell.run(shell, definition.body, tested);
  restore(shell, shell.locals.pop() ?? new Map());
  shell.parameters = parameters;
  shell.functionLine = functionLine;
  shell.loops = loops;
  if (shell.skip !== 'return') return status;
  shell.skip = '';
  return shell.status;
}

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

function* runBuiltin(shell: Shell, builtin: Builtin, argv: readonly string[]): Task<number> {
  try {
    const result = builtin(shell, argv);
    return typeof result === 'number' ? result : yield* result;
  } catch (error) {
    return brokenBuiltin(shell, argv[0] ?? '', error);
  }
}

function* perform(shell: Shell, command: SimpleCommand, argv: readonly string[], tested: boolean): Task<number> {
  const [name = ''] = argv;
  const special = specialBuiltins.get(name);
  if (special !== undefined) {
    yield* assign(shell, command.assignments);
    return yield* runBuiltin(shell, special, argv);
  }
  const definition = shell.functions.get(name);
  const builtin = definition === undefined ? builtins.get(name) : undefined;
  const before = command.assignments.length === 0 ? undefined : yield* assign(shell, command.assignments, true);
  try {
    if (definition !== undefined) return yield* runFunction(shell, definition, argv, tested);
    if (builtin !== undefined) return yield* runBuiltin(shell, builtin, argv);
    return yield* runProgram(shell, argv);
  } finally {
    if (before !== undefined) restore(shell, before);
  }
}

const surroundings = (shell: Shell): Launch => ({
  host: shell.host,
  toolbox: shell.toolbox,
  uid: shell.uid,
  cwd: shell.directory,
  umask: shell.umask,
  files: shell.files,
  env: shell.environment(),
});

/** Source: dash, jobs.c: what ended a child is told, except for SIGINT and SIGPIPE. */
const told = { TERM: 'Terminated', HUP: 'Hangup', KILL: 'Killed', INT: undefined, PIPE: undefined } as const;

/** A program from PATH or by its path. */
export function* runProgram(shell: Shell, argv: readonly string[]): Task<number> {
  const found = launch(surroundings(shell), shell.proc, argv);
  if ('problem' in found) {
    shell.complain(`${argv[0]}: ${found.problem}`);
    return found.status;
  }
  const status = yield* found.task;
  const { endedBy } = found.proc;
  const dying = shell.proc.pending !== undefined && !shell.traps.has(shell.proc.pending);
  const text = endedBy === undefined || dying ? undefined : told[endedBy];
  if (text !== undefined) shell.say(`${text}\n`);
  return status;
}

const isExec = (argv: readonly string[]): boolean => argv[0] === 'exec' && argv.length === 1;

function* withDescriptors(
  shell: Shell,
  command: SimpleCommand,
  argv: readonly string[],
  tested: boolean,
): Task<number> {
  if (command.redirects.length === 0) return yield* perform(shell, command, argv, tested);
  const before = shell.files;
  shell.files = yield* redirected(shell, command.redirects);
  if (isExec(argv)) {
    for (const file of before) file?.release();
    return 0;
  }
  // Nothing of the shell is left while its last command runs in its place: a lock on a descriptor goes, too.
  const replaced = command === shell.lastCommand && shell.traps.size === 0 && isProgram(shell, argv);
  if (replaced) for (const file of before) file?.release();
  try {
    return yield* perform(shell, command, argv, tested);
  } finally {
    for (const file of shell.files) file?.release();
    shell.files = replaced ? [] : before;
  }
}

const isProgram = (shell: Shell, [name = '']: readonly string[]): boolean =>
  !specialBuiltins.has(name) && !builtins.has(name) && !shell.functions.has(name);

function* assignOnly(shell: Shell, command: SimpleCommand): Task<number> {
  if (command.redirects.length > 0) for (const file of yield* redirected(shell, command.redirects)) file?.release();
  yield* assign(shell, command.assignments);
  return shell.substituted ?? 0;
}

function* attempt(
  shell: Shell,
  command: SimpleCommand,
  tested: boolean,
  words: { argv: readonly string[] },
): Task<number> {
  shell.line = command.line;
  shell.substituted = undefined;
  words.argv = command.fixed ?? (yield* expandWords(shell, command.words));
  shell.line = command.line;
  if (words.argv.length === 0) return yield* assignOnly(shell, command);
  return yield* withDescriptors(shell, command, words.argv, tested);
}

/** A simple command (POSIX.1-2017 XCU 2.9.1). */
export function* runSimple(shell: Shell, command: SimpleCommand, tested: boolean): Task<number> {
  const words: { argv: readonly string[] } = { argv: [] };
  try {
    return yield* attempt(shell, command, tested, words);
  } catch (error) {
    if (error instanceof RedirectFailure) {
      shell.complain(error.message);
      // Of a special builtin, it ends the shell (POSIX.1-2017 XCU 2.8.1).
      return specialBuiltins.has(words.argv[0] ?? '') ? shell.exit(2) : 2;
    }
    if (error instanceof ArithmeticMistake) throw new ShellFailure(`arithmetic expression: ${error.message}`);
    if (error instanceof FileError) throw new SimulatorGap(`${words.argv.join(' ')}: ${error.message} was not met`);
    throw error;
  }
}
