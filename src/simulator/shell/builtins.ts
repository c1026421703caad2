import { SimulatorGap } from '../gap.ts';
import { isDirectoryAt } from '../files/kinds.ts';
import type { Builtin } from './builtin.ts';
import { exit, leaveLoop, returns, set, shift, trap } from './control-builtins.ts';
import { findProgram, launch } from './launch.ts';
import { echoed, formatted } from './print.ts';
import { isSignal, processesOf, type Proc, type Signal } from './proc.ts';
import { ShellFailure, type Shell } from './shell.ts';
import { chain } from './soon.ts';
import { surroundings } from './surroundings.ts';
import { evaluateTest, TestMistake } from './test-expression.ts';
import { exports, local, read, unsets } from './variable-builtins.ts';

const print = (shell: Shell, text: string): void => shell.files[1]?.write(text);

/** The shell is what its program has become. */
const become = (shell: Shell, { endedBy }: Proc, status: number): number => {
  if (endedBy === undefined) return shell.exit(status);
  shell.proc.endedBy = endedBy;
  shell.proc.pending = undefined;
  shell.skip = 'killed';
  shell.status = status;
  return status;
};

/** `exec` with a program: the shell becomes it, so that no trap of EXIT is run. */
const exec: Builtin = (shell, argv) => {
  const found = launch(surroundings(shell), shell.proc, argv.slice(1));
  if ('problem' in found) {
    shell.complain(`exec: ${argv[1]}: ${found.problem}`);
    return shell.exit(found.status);
  }
  shell.traps.clear();
  return chain(found.run(), (status) => become(shell, found.proc, status));
};

const cd: Builtin = (shell, [, target = shell.get('HOME') ?? '/', ...rest]) => {
  if (rest.length > 0 || target === '-') throw new SimulatorGap(`cd ${target} ${rest.join(' ')}`);
  const path = shell.path(target);
  if (!isDirectoryAt(shell.host.files, path)) {
    shell.complain(`cd: can't cd to ${target}`);
    return 2;
  }
  shell.set('OLDPWD', shell.directory);
  shell.directory = path;
  shell.set('PWD', path);
  return 0;
};

const umask: Builtin = (shell, [, mode]) => {
  if (mode === undefined) print(shell, `${shell.umask.toString(8).padStart(4, '0')}\n`);
  else if (!/^[0-7]+$/.test(mode)) throw new SimulatorGap(`umask ${mode}`);
  else shell.umask = Number.parseInt(mode, 8);
  return 0;
};

/** Where `command -v` says that a program is. */
const placeOf = (shell: Shell, name: string): string | undefined => {
  if (name.includes('/')) {
    const found = shell.host.files.stat(shell.path(name));
    return found?.kind === 'file' && (found.mode & 0o111) !== 0 ? name : undefined;
  }
  if (specialBuiltins.has(name) || builtins.has(name) || shell.functions.has(name)) return name;
  return findProgram(shell.host, shell.toolbox, name) === undefined ? undefined : `/usr/bin/${name}`;
};

const command: Builtin = (shell, [, option, ...names]) => {
  if (option !== '-v' || names.length !== 1) throw new SimulatorGap(`command ${option} ${names.join(' ')}`);
  const place = placeOf(shell, names[0] ?? '');
  if (place === undefined) return 127;
  print(shell, `${place}\n`);
  return 0;
};

const test: Builtin = (shell, argv) => {
  try {
    return evaluateTest(shell, argv) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestMistake)) throw error;
    shell.complain(`${argv[0]}: ${error.message}`);
    return 2;
  }
};

const printf: Builtin = (shell, [, format, ...args]) => {
  if (format === undefined) throw new ShellFailure('printf: usage: printf format [arg ...]');
  const { text, problems } = formatted(format, args);
  print(shell, text);
  for (const problem of problems) shell.complain(`printf: ${problem}`);
  return problems.length === 0 ? 0 : 1;
};

const echo: Builtin = (shell, [, ...words]) => {
  print(shell, echoed(words));
  return 0;
};

/** The static pod whose container runs as that process. */
const componentWith = ({ host }: Shell, pid: string) =>
  [...host.components.values()].find((each) => each.pid === Number(pid) && each.state !== 'stopped');

const kill: Builtin = (shell, [, option = '', ...pids]) => {
  const name = option.replace(/^-(SIG)?/, '');
  const numbers: Readonly<Record<string, Signal>> = { 1: 'HUP', 2: 'INT', 9: 'KILL', 13: 'PIPE', 15: 'TERM' };
  const signal = option.startsWith('-') ? (isSignal(name) ? name : numbers[name]) : 'TERM';
  const targets = option.startsWith('-') ? pids : [option, ...pids];
  if (signal === undefined && option !== '-0') throw new SimulatorGap(`kill ${option}`);
  let status = 0;
  for (const pid of targets) {
    const found = processesOf(shell.host).get(Number(pid));
    const component = found === undefined ? componentWith(shell, pid) : undefined;
    if (component !== undefined && shell.uid !== 0) {
      shell.complain('kill: Operation not permitted');
      status = 1;
    } else if (component !== undefined) {
      if (signal === 'TERM' || signal === 'KILL')
        shell.host.services.components.signal(component.name, signal, shell.proc.actor);
      else if (signal !== undefined) throw new SimulatorGap(`kill ${option} of ${component.name}`);
    } else if (found === undefined) {
      shell.complain('kill: No such process');
      status = 1;
    } else if (signal !== undefined) found.signal(signal, 'itself');
  }
  return status;
};

const missing =
  (name: string): Builtin =>
  () => {
    throw new SimulatorGap(`the shell's ${name} is not modelled`);
  };

/** Source: POSIX.1-2017 XCU 2.14. */
export const specialBuiltins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  ['break', leaveLoop('break')],
  ['continue', leaveLoop('continue')],
  ['exec', exec],
  ['exit', exit],
  ['export', exports],
  ['readonly', exports],
  ['return', returns],
  ['set', set],
  ['shift', shift],
  ['trap', trap],
  ['unset', unsets],
  ...['.', 'eval', 'times'].map((name) => [name, missing(name)] as const),
]);

/** dash's other builtins. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['[', test],
  ['test', test],
  ['true', () => 0],
  ['false', () => 1],
  ['cd', cd],
  ['command', command],
  ['echo', echo],
  ['kill', kill],
  ['local', local],
  ['printf', printf],
  ['pwd', (shell) => (print(shell, `${shell.directory}\n`), 0)],
  ['read', read],
  ['umask', umask],
  ...['alias', 'bg', 'fc', 'fg', 'getopts', 'hash', 'jobs', 'type', 'ulimit', 'unalias', 'wait'].map(
    (name) => [name, missing(name)] as const,
  ),
]);
