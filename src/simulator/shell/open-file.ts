import { SimulatorGap } from '../gap.ts';
import type { FileHandle } from '../world/files.ts';

/** Written to a pipe or a channel that nobody reads any more: SIGPIPE, or EPIPE where that is ignored. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/**
 * An open file description (open(2)): descriptors of several processes share one, with its position; flock(2) locks
 * belong to it and go when its last descriptor is closed.
 */
export abstract class OpenFile {
  #references = 1;
  readonly #closers: (() => void)[] = [];
  abstract readonly path: string;
  readonly inode: number = 0;

  retain(): this {
    this.#references += 1;
    return this;
  }

  release(): void {
    this.#references -= 1;
    if (this.#references === 0) for (const close of this.#closers.splice(0)) close();
  }

  /** Called once, when the last descriptor is closed. */
  onClose(close: () => void): void {
    this.#closers.push(close);
  }

  /** All from the position on. */
  abstract read(): string;
  /** Up to and with the next line feed; '' at the end. */
  abstract readLine(): string;
  /** @throws FileError ENOSPC · BrokenPipe. */
  abstract write(text: string): void;
}

const lineOf = (text: string, at: number): string => {
  const end = text.indexOf('\n', at);
  return text.slice(at, end === -1 ? text.length : end + 1);
};

export class FileDescription extends OpenFile {
  override readonly path: string;
  override readonly inode: number;
  readonly #handle: FileHandle;
  readonly #append: boolean;
  #position = 0;

  constructor(handle: FileHandle, append: boolean) {
    super();
    this.path = handle.path;
    this.inode = handle.inode;
    this.#handle = handle;
    this.#append = append;
  }

  override read(): string {
    const text = this.#handle.text();
    const from = this.#position;
    this.#position = Math.max(from, text.length);
    return from === 0 ? text : text.slice(from);
  }

  override readLine(): string {
    const line = lineOf(this.#handle.text(), this.#position);
    this.#position += line.length;
    return line;
  }

  override write(text: string): void {
    if (this.#append) this.#position = this.#handle.text().length;
    this.#handle.write(this.#position, text);
    this.#position += text.length;
  }
}

/** What can only be read: a pipe's end, standard input. */
export class TextSource extends OpenFile {
  override readonly path: string;
  readonly #text: string;
  #position = 0;

  constructor(text: string, path = 'pipe:[1]') {
    super();
    this.#text = text;
    this.path = path;
  }

  override read(): string {
    const rest = this.#text.slice(this.#position);
    this.#position = this.#text.length;
    return rest;
  }

  override readLine(): string {
    const line = lineOf(this.#text, this.#position);
    this.#position += line.length;
    return line;
  }

  override write(): void {
    throw new SimulatorGap('a program writes to its standard input');
  }
}

/** What can only be written: the channel's stdout and stderr. `broken` as soon as nobody reads it. */
export class Sink extends OpenFile {
  override readonly path = 'pipe:[2]';
  readonly #receive: (text: string) => void;
  broken = false;

  constructor(receive: (text: string) => void) {
    super();
    this.#receive = receive;
  }

  override read(): string {
    throw new SimulatorGap('a program reads from its standard output');
  }

  override readLine(): string {
    return this.read();
  }

  override write(text: string): void {
    if (this.broken) throw new BrokenPipe('nobody reads any more');
    if (text !== '') this.#receive(text);
  }
}

/** Keeps what is written: a command substitution, the left side of a pipe. */
export class Collector extends Sink {
  readonly #chunks: string[];

  constructor() {
    const chunks: string[] = [];
    super((text) => chunks.push(text));
    this.#chunks = chunks;
  }

  get text(): string {
    return this.#chunks.length === 1 ? (this.#chunks[0] ?? '') : this.#chunks.join('');
  }
}

/** /dev/null. */
export class NullFile extends OpenFile {
  override readonly path = '/dev/null';

  override read(): string {
    return '';
  }

  override readLine(): string {
    return '';
  }

  override write(): void {
    // Swallowed, as it is meant.
  }
}
