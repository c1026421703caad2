import { StringDecoder } from 'node:string_decoder';
import { withoutControlSequences } from '../model/text.ts';

/** Whole lines out of pieces: a letter or a colour code may be cut between two of them. */
export const lineSplitter = (onLine: (line: string) => void) => {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const show = (lines: readonly string[]): void =>
    lines
      .map(withoutControlSequences)
      .filter((line) => line.trim() !== '')
      .forEach(onLine);
  return {
    add: (chunk: Buffer): void => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(-10_000);
      show(lines);
    },
    end: (): void => show([rest + decoder.end()]),
  };
};
