// oxlint-disable-next-line no-control-regex -- every character beyond one byte of ASCII
const beyondAscii = /[^\0-\x7f]/;

/** Text as bytes, one character a byte. */
export const toBytes = (text: string): string =>
  beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

const toText = (bytes: string): string =>
  beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

/** What a stream printed, in bounded memory: the head and the tail, as the SSH adapter keeps them. */
export class KeptOutput {
  readonly #limit: number;
  #bytes = '';
  #dropped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: string): void {
    this.#bytes += bytes;
    if (this.#bytes.length <= this.#limit) return;
    const half = this.#limit >> 1;
    this.#bytes = this.#bytes.slice(0, half) + this.#bytes.slice(this.#bytes.length - (this.#limit - half));
    this.#dropped = true;
  }

  get truncated(): boolean {
    return this.#dropped;
  }

  text(): string {
    return toText(this.#bytes);
  }
}
