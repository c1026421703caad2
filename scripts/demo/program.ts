import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** One nodeops, as its own process on this terminal. */
export class NodeopsProcess {
  readonly #child: ChildProcess;
  /** Its exit code, or 128 and the number of the signal that ended it, as shells have it. */
  readonly ended: Promise<number>;

  /** Starts it in `directory`, which keeps its records too. */
  constructor(directory: string, argv: readonly string[]) {
    // An agent with many keys would be asked before the key of the inventory.
    const { SSH_AUTH_SOCK: _agent, ...env } = process.env;
    this.#child = spawn(process.execPath, [main, ...argv], {
      cwd: directory,
      env: { ...env, XDG_STATE_HOME: `${directory}/state` },
      stdio: 'inherit',
    });
    const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.ended = exit.then(({ code, signal }) => {
      // What a killed program leaves of its view: no cursor, half a line.
      if (signal !== null && process.stdout.isTTY) process.stdout.write('\u001B[?25h\u001B[0m\n');
      return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    });
  }

  /** SIGKILL. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
