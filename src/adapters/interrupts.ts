import { exitCode } from '../model/errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What Ctrl-C does, and a signal that asks the same. Before anything was begun the system's own way is left: the program
 * ends. While a command of an earlier run is waited for, once lets go of it. During a run, once stops between two steps,
 * twice lets go at once; what runs on a node goes on there. The exit code is then 5.
 */
export class Interrupts {
  #asked = false;
  #begun = false;
  #attached: string | undefined;
  #tell = (text: string): void => void process.stderr.write(`\n${text}\n`);
  readonly #ask = (): void => this.#answer();

  /** A run begins; `tell` says what a signal did. */
  begin(tell: (text: string) => void): void {
    this.#tell = tell;
    this.#begun = true;
    this.#listen();
  }

  /** A command of an earlier run is waited for from now on; `what` says so to whoever lets go of it. */
  attach(what: string): void {
    this.#attached = what;
    this.#listen();
  }

  /** It has ended. */
  detach(): void {
    this.#attached = undefined;
    if (!this.#begun) for (const signal of signals) process.off(signal, this.#ask);
  }

  /** True once it was asked to stop. */
  stopping = (): boolean => this.#asked;

  #listen(): void {
    for (const signal of signals) process.off(signal, this.#ask).on(signal, this.#ask);
  }

  #answer(): void {
    if (this.#attached !== undefined) {
      process.stderr.write(`\nlet go: ${this.#attached}\n`, () => process.exit(exitCode.interrupted));
      return;
    }
    if (this.#asked) process.exit(exitCode.interrupted);
    this.#asked = true;
    this.#tell('stopping after the step in hand (once more: let go at once)');
  }
}
