import type { Task } from '../kernel.ts';
import { parseScript } from './parse-script.ts';
import { statusOf, type Signal } from './proc.ts';
import type { Shell } from './shell.ts';
import { wait } from './soon.ts';

/** An action in the shell as it is; `$?` is the same after it, unless it exits. */
function* runAction(shell: Shell, action: string): Task<void> {
  const { status, skip } = shell;
  shell.skip = '';
  for (const command of parseScript(action).commands) {
    yield* wait(shell.run(shell, command, false));
    if (isLeft(shell)) break;
  }
  if (isLeft(shell)) return;
  shell.status = status;
  shell.skip = skip;
}

const isLeft = ({ skip }: Shell): boolean => skip === 'exit' || skip === 'killed';

/**
 * What a shell does about a signal once the program it waited for is over: its trap's action, or it dies of it, and then
 * its trap of EXIT is not run (dash; POSIX leaves it open).
 */
export function* actOnSignal(shell: Shell): Task<number> {
  const signal: Signal | undefined = shell.proc.pending;
  if (signal === undefined) return shell.status;
  shell.proc.pending = undefined;
  const action = shell.traps.get(signal);
  if (action === undefined || signal === 'KILL') {
    shell.proc.endedBy = signal;
    shell.skip = 'killed';
    shell.status = statusOf(signal);
  } else if (action !== '') yield* runAction(shell, action);
  return shell.status;
}

/** The trap of EXIT, once, for a shell that ends by itself. */
export function* runExitTrap(shell: Shell): Task<number> {
  const action = shell.traps.get('EXIT');
  if (action === undefined || action === '' || shell.skip === 'killed') return shell.status;
  shell.traps.delete('EXIT');
  const { status } = shell;
  shell.skip = '';
  yield* runAction(shell, action);
  // An `exit` within the action has its say; so has a signal that came meanwhile.
  return isLeft(shell) ? shell.status : status;
}
