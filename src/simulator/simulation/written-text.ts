import { Writable } from 'node:stream';

/** A terminal or a file that is only written to: keeps what came, buffers as `encoding` says (latin1 for any bytes). */
export class WrittenText extends Writable {
  readonly #pieces: string[] = [];
  readonly #encoding: 'utf8' | 'latin1';

  constructor(encoding: 'utf8' | 'latin1' = 'utf8') {
    super({ decodeStrings: false });
    this.#encoding = encoding;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pieces.push(typeof chunk === 'string' ? chunk : chunk.toString(this.#encoding));
    done();
  }

  get text(): string {
    return this.#pieces.join('');
  }
}
