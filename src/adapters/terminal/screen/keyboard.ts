import { emitKeypressEvents } from 'node:readline';
import { isInForeground } from './foreground.ts';

/** A key by its name (`up`, `pagedown`, `return`) or, where it has none, what it types. */
export type OnKey = (key: string) => void;

interface Pressed {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly sequence?: string;
}

/**
 * What a terminal sends to its foreground processes for these keys, and does not while its mode is raw (termios(3), ISIG):
 * they mean the same as ever.
 */
const signals: Readonly<Record<string, NodeJS.Signals>> = { c: 'SIGINT', z: 'SIGTSTP', '\\': 'SIGQUIT' };

const signalOf = ({ name, ctrl, sequence }: Pressed): NodeJS.Signals | undefined =>
  sequence === '\u001C' ? 'SIGQUIT' : ctrl === true && name !== undefined ? signals[name] : undefined;

/** Keys of a terminal as they are pressed, without Enter and unseen. */
export class Keyboard {
  readonly #input: NodeJS.ReadStream;
  readonly #onKey: OnKey;
  readonly #raise: (signal: NodeJS.Signals) => void;
  #listens = false;

  /** `raise` sends a signal where the terminal would: to all of its foreground processes, this one among them. */
  constructor(
    input: NodeJS.ReadStream,
    onKey: OnKey,
    raise: (signal: NodeJS.Signals) => void = (signal) => void process.kill(0, signal),
  ) {
    this.#input = input;
    this.#onKey = onKey;
    this.#raise = raise;
  }

  /** Whether there is anything to listen to. */
  get exists(): boolean {
    return this.#input.isTTY;
  }

  listen(): void {
    if (!this.exists || this.#listens) return;
    this.#listens = true;
    // A terminal that hangs up cannot be read any more (EIO): that ends no run, and says enough by SIGHUP.
    if (this.#input.listenerCount('error') === 0) this.#input.on('error', () => undefined);
    emitKeypressEvents(this.#input);
    this.#input.on('keypress', this.#pressed);
    // Node remembers the mode that it set; a shell may have set another one since.
    this.#input.setRawMode(false).setRawMode(true);
    this.#input.resume();
  }

  /** The terminal is as it was found, and is not read any more. */
  stop(): void {
    if (!this.#listens) return;
    this.#listens = false;
    this.#input.off('keypress', this.#pressed);
    // In the background that would stop the process (SIGTTOU); the shell has set its own mode by then.
    if (isInForeground()) this.#input.setRawMode(false);
    this.#input.pause();
  }

  readonly #pressed = (typed: string | undefined, key: Pressed): void => {
    const signal = signalOf(key);
    if (signal === undefined) this.#onKey(key.name ?? typed ?? '');
    else this.#raise(signal);
  };
}
