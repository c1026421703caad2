import { createHash } from 'node:crypto';
import type { Bytes } from '../../ports/backup-places.ts';

export interface Measured {
  readonly content: Bytes;
  /** What went by so far. */
  readonly result: () => { readonly bytes: number; readonly sha256: string };
}

/** The same stream, counted and hashed as it goes by. */
export const measure = (from: Bytes): Measured => {
  const hash = createHash('sha256');
  let bytes = 0;
  const passing = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of from) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  return { content: passing(), result: () => ({ bytes, sha256: hash.copy().digest('hex') }) };
};

/** A text as a stream. */
export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

/** Reads a stream to its end. */
export const drained = async ({ content, result }: Measured): Promise<ReturnType<Measured['result']>> => {
  const reader = content[Symbol.asyncIterator]();
  while ((await reader.next()).done !== true);
  return result();
};
