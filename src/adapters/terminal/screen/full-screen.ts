import { ProcessOutput } from 'listr2';
import { isInForeground } from './foreground.ts';
import { Keyboard } from './keyboard.ts';
import type { SharedTerminal } from './shared-terminal.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
  /** Whether keys are heard. */
  readonly keys: boolean;
}

export interface FullScreenOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly terminal: SharedTerminal;
  /** At most as many lines as there are rows, none wider than the columns. */
  readonly draw: (size: Size) => readonly string[];
  readonly onKey: (key: string) => void;
  /** What is left on the ordinary screen in the end. */
  readonly last: () => readonly string[];
}

/** xterm's control sequences; who does not know 2026 (synchronised output) leaves it out. */
const control = {
  enter: '\u001B[?1049h\u001B[?25l\u001B[?7l',
  leave: '\u001B[?7h\u001B[?25h\u001B[?1049l',
  begin: '\u001B[?2026h',
  end: '\u001B[?2026l',
  clear: '\u001B[2J',
} as const;

/** An empty line, before it is written on: behind a line as wide as the screen, its last cell would go. */
const lineAt = (row: number): string => `\u001B[${row + 1};1H\u001B[2K`;

const framePauseMs = 200;
/** How soon it is seen that the terminal listens to us again. */
const looksAgainMs = 1000;

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Draws on all of a terminal, on its alternate screen, so that nothing scrolls whatever its size becomes. What others
 * write meanwhile is kept, and told afterwards. The terminal is given back as it was found however the program ends, but
 * for SIGKILL; a stopped program (Ctrl-Z) gives it back too, and draws again once the terminal is its own.
 */
export class FullScreen {
  readonly #options: FullScreenOptions;
  readonly #keyboard: Keyboard;
  readonly #output: ProcessOutput;
  /** The last frame; undefined where nothing of the screen is known. */
  #shown: readonly string[] | undefined;
  /** Between open() and close(). */
  #open = false;
  /** Drawn on right now. */
  #on = false;
  /** Somebody else has the terminal for a while. */
  #aside = false;
  #frames: NodeJS.Timeout | undefined;
  #lookedAt = 0;

  constructor(options: FullScreenOptions) {
    this.#options = options;
    this.#output = new ProcessOutput(options.stdout, options.stderr);
    this.#keyboard = new Keyboard(options.stdin, (key) => {
      options.onKey(key);
      this.redraw();
    });
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    process.once('exit', this.#close);
    process.on('SIGTSTP', this.#suspend).on('SIGCONT', this.#comeBack);
    for (const signal of ending) process.on(signal, this.#endedBy);
    this.#options.stdout.on('resize', this.#resized);
    this.#frames = setInterval(() => this.#tick(), framePauseMs);
    this.#options.terminal.hold(this);
    this.#enter();
  }

  close(): void {
    this.#close();
  }

  /** At once: a key is answered when it is pressed. */
  redraw(): void {
    if (!this.#on) return;
    const { stdout, draw } = this.#options;
    // A terminal that nobody gave a size has none: 0.
    const [columns, rows] = [stdout.columns || 80, stdout.rows || 24];
    const lines = draw({ columns, rows, keys: this.#keyboard.exists }).slice(0, rows);
    const before = this.#shown;
    const changed = Array.from({ length: Math.max(lines.length, before?.length ?? 0) }, (_, row) => lines[row] ?? '')
      .flatMap((line, row) => (before !== undefined && line === (before[row] ?? '') ? [] : [`${lineAt(row)}${line}`]))
      .join('');
    this.#shown = lines;
    if (changed === '') return;
    const clear = before === undefined ? control.clear : '';
    this.#output.toStdout(`${control.begin}${clear}${changed}${control.end}`, false);
  }

  stepAside(): void {
    this.#aside = true;
    this.#leave();
  }

  stepBack(): void {
    this.#aside = false;
    this.#enter();
  }

  #tick(): void {
    if (this.#on) {
      this.redraw();
      return;
    }
    if (this.#aside || Date.now() - this.#lookedAt < looksAgainMs) return;
    this.#enter();
  }

  #enter(): void {
    if (!this.#open || this.#on || this.#aside) return;
    this.#lookedAt = Date.now();
    // In the background neither its mode nor its screen is ours.
    if (!isInForeground()) return;
    this.#on = true;
    this.#shown = undefined;
    this.#output.hijack();
    this.#output.toStdout(control.enter, false);
    this.#keyboard.listen();
    this.redraw();
  }

  #leave(): void {
    if (!this.#on) return;
    this.#on = false;
    this.#keyboard.stop();
    this.#output.toStdout(control.leave, false);
    this.#output.release();
  }

  readonly #close = (): void => {
    if (!this.#open) return;
    this.#leave();
    this.#open = false;
    clearInterval(this.#frames);
    process.off('exit', this.#close).off('SIGTSTP', this.#suspend).off('SIGCONT', this.#comeBack);
    for (const signal of ending) process.off(signal, this.#endedBy);
    const { stdout, terminal, last } = this.#options;
    stdout.off('resize', this.#resized);
    terminal.release(this);
    const lines = last();
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
  };

  readonly #resized = (): void => {
    this.#shown = undefined;
    this.redraw();
  };

  readonly #suspend = (): void => {
    this.#leave();
    // What SIGTSTP does to whoever has no handler for it.
    process.kill(process.pid, 'SIGSTOP');
  };

  /** What a shell made of the terminal meanwhile is not known. */
  readonly #comeBack = (): void => {
    this.#leave();
    this.#enter();
  };

  /** Who listens too decides what the signal means; where nobody does, it means the end. */
  readonly #endedBy = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    this.#close();
    process.kill(process.pid, signal);
  };
}
