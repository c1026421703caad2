import { stripVTControlCharacters } from 'node:util';
import { PassThrough } from 'node:stream';

/** A terminal of some size that remembers what was written to it. */
export interface Screen {
  readonly stream: NodeJS.WriteStream;
  /** All that was written, without colours and movements. */
  readonly text: () => string;
  readonly raw: () => string;
}

export const createScreen = (columns: number, rows: number): Screen => {
  const pieces: string[] = [];
  const stream = Object.assign(new PassThrough(), { columns, rows, isTTY: true, fd: 1 });
  stream.on('data', (piece: Buffer) => pieces.push(piece.toString()));
  const raw = (): string => pieces.join('');
  // The part of a tty that Listr2 uses; the rest of its type is never called.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { stream: stream as unknown as NodeJS.WriteStream, raw, text: () => stripVTControlCharacters(raw()) };
};
