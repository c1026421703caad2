/** A buffer that grows to `limit` and then overwrites its oldest bytes. */
class Ring {
  readonly #limit: number;
  #bytes = Buffer.alloc(0);
  #written = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  #makeRoom(needed: number): void {
    const size = Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2, 1024));
    if (this.#bytes.length >= Math.min(needed, this.#limit)) return;
    const grown = Buffer.alloc(size);
    this.#bytes.copy(grown);
    this.#bytes = grown;
  }

  write(chunk: Buffer): void {
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#limit));
    this.#written += chunk.length - kept.length;
    this.#makeRoom(this.#written + kept.length);
    for (let done = 0; done < kept.length;) {
      const at = this.#written % this.#limit;
      const copied = kept.copy(this.#bytes, at, done);
      done += copied;
      this.#written += copied;
    }
  }

  get dropped(): number {
    return Math.max(0, this.#written - this.#limit);
  }

  content(): Buffer {
    if (this.#written <= this.#limit) return this.#bytes.subarray(0, this.#written);
    const at = this.#written % this.#limit;
    return Buffer.concat([this.#bytes.subarray(at), this.#bytes.subarray(0, at)]);
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** How many bytes a UTF-8 sequence has, by its first byte; 1 for what begins none. */
const sequenceLength = (first: number): number => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1);

/** Without a character cut in two at the end. */
const wholeUntilEnd = (bytes: Buffer): Buffer => {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && isContinuation(bytes[start])) start--;
  const first = bytes[start];
  return first !== undefined && start + sequenceLength(first) > bytes.length ? bytes.subarray(0, start) : bytes;
};

/** Without a character cut in two at the beginning. */
const wholeFromStart = (bytes: Buffer): Buffer => {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
};

/**
 * Keeps the head and the tail of a stream in `keepBytes`, whatever goes through. Pieces are copied: a slice would keep
 * the whole network buffer that it came in.
 */
export class KeptOutput {
  readonly #headLimit: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  readonly #tail: Ring | undefined;
  #unkept = 0;

  constructor(keepBytes: number) {
    this.#headLimit = Math.ceil(keepBytes / 2);
    const tailLimit = Math.floor(keepBytes / 2);
    this.#tail = tailLimit > 0 ? new Ring(tailLimit) : undefined;
  }

  push(chunk: Buffer): void {
    const forHead = Math.min(chunk.length, this.#headLimit - this.#headBytes);
    if (forHead > 0) {
      this.#head.push(Buffer.from(chunk.subarray(0, forHead)));
      this.#headBytes += forHead;
      // Many small pieces cost more than their bytes.
      if (this.#head.length > 256) this.#head = [Buffer.concat(this.#head)];
    }
    const rest = chunk.subarray(forHead);
    if (this.#tail === undefined) this.#unkept += rest.length;
    else if (rest.length > 0) this.#tail.write(rest);
  }

  get truncated(): boolean {
    return this.#dropped() > 0;
  }

  #dropped(): number {
    return this.#unkept + (this.#tail?.dropped ?? 0);
  }

  /** The text; where bytes were dropped, a line says how many. */
  text(): string {
    const head = Buffer.concat(this.#head);
    const tail = this.#tail?.content() ?? Buffer.alloc(0);
    const dropped = this.#dropped();
    if (dropped === 0) return Buffer.concat([head, tail]).toString('utf8');
    const gap = `\n[… ${dropped} bytes left out …]\n`;
    return `${wholeUntilEnd(head).toString('utf8')}${gap}${wholeFromStart(tail).toString('utf8')}`;
  }
}
