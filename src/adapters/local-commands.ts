import { spawn, type ChildProcess } from 'node:child_process';
import type { CommandResult } from '../model/command.ts';
import type { Exit } from '../model/exit.ts';
import type { LocalCommand, LocalCommands } from '../ports/local-commands.ts';

const timedOutCode = 124;
const notFoundCode = 127;
const keptBytes = 1024 * 1024;

export interface LocalLimits {
  /** How long a command that was told to end may take about it. */
  readonly graceMs: number;
  /** How long a process that was left in the background may keep the output open after its command has ended. */
  readonly lingerMs: number;
}

/** The command and its children: they are a process group of their own, which Ctrl-C does not reach. */
const endGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // They ended in this very moment.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
};

class Kept {
  #chunks: Buffer[] = [];
  #bytes = 0;
  dropped = false;
  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= 2 * keptBytes) return;
    this.#chunks = [Buffer.concat(this.#chunks).subarray(-keptBytes)];
    this.#bytes = keptBytes;
    this.dropped = true;
  }
  text(): string {
    const all = Buffer.concat(this.#chunks);
    this.dropped ||= all.length > keptBytes;
    return all.subarray(-keptBytes).toString('utf8');
  }
}

const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit => {
  if (code !== null) return { kind: 'code', code };
  return signal === null
    ? { kind: 'unknown', why: 'it left no exit code' }
    : { kind: 'signal', signal: signal.slice('SIG'.length) };
};

const why = (error: Error, { argv: [program = ''], directory }: LocalCommand): string =>
  'code' in error && error.code === 'ENOENT'
    ? `${program}: not found (in ${directory}, or in PATH)`
    : `${program}: ${error.message}`;

const start = (
  { argv: [program = '', ...args], env, directory: cwd, stdin = '' }: LocalCommand,
  own: NodeJS.ProcessEnv,
) => {
  const child = spawn(program, args, { cwd, env: { ...own, ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  // One that ends without having read it all (EPIPE) is judged by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return child;
};

/** Real processes, each with what it starts in a group of its own. */
export const createLocalCommands = (
  own: NodeJS.ProcessEnv,
  { graceMs, lingerMs }: LocalLimits = { graceMs: 30_000, lingerMs: 5000 },
): LocalCommands => ({
  run: (command, onOutput) =>
    new Promise((resolve) => {
      const begun = performance.now();
      const kept = new Kept();
      const timers: NodeJS.Timeout[] = [];
      let late = false;
      const end = (exit: Exit): void => {
        timers.forEach(clearTimeout);
        // What ignored being told to end.
        if (late) endGroup(child, 'SIGKILL');
        const stdout = kept.text();
        const result: CommandResult = {
          exit: late ? { kind: 'code', code: timedOutCode } : exit,
          stdout,
          stderr: '',
          truncated: kept.dropped,
          durationMs: Math.round(performance.now() - begun),
        };
        resolve(result);
      };
      const hear = (chunk: Buffer): void => {
        kept.add(chunk);
        onOutput(chunk);
      };
      const child = start(command, own);
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', (error) => {
        hear(Buffer.from(`${why(error, command)}\n`));
        end({ kind: 'code', code: notFoundCode });
      });
      child.once('exit', () => {
        timers.push(
          setTimeout(() => {
            child.stdout.destroy();
            child.stderr.destroy();
          }, lingerMs),
        );
      });
      child.once('close', (code, signal) => end(exitOf(code, signal)));
      timers.push(
        setTimeout(() => {
          late = true;
          endGroup(child, 'SIGTERM');
          timers.push(setTimeout(() => endGroup(child, 'SIGKILL'), graceMs));
        }, command.timeoutMs),
      );
    }),
});
