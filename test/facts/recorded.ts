import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Output } from '../../src/facts/fact.ts';

/** What a command printed on the lab, and what its parser is to make of it. */
export interface Recorded {
  /** The file's name without its ending. */
  readonly name: string;
  /** Where it was recorded: `lab 2026-11-21, Debian 12, kubeadm 1.35.4`. */
  readonly from: string;
  readonly output: Output;
  readonly parsed: unknown;
}

const folder = join(import.meta.dirname, 'recorded');
const form = /^#code (\d+)\n#from ([^\n]+)\n#stdout\n([^]*?)(?<=\n)#stderr\n([^]*)$/;

/** @throws Error for a file that is not of the form `#code`, `#from`, `#stdout`, `#stderr`. */
export const readRecorded = (text: string, file: string): Pick<Recorded, 'from' | 'output'> => {
  const [, code, from, stdout, stderr] = form.exec(text) ?? [];
  if (code === undefined || from === undefined || stdout === undefined || stderr === undefined)
    throw new Error(`${file} is not a recorded output`);
  return { from, output: { code: Number(code), stdout, stderr } };
};

/** Every recorded case of one fact. @throws Error where a case has no parsed value beside it. */
export const recorded = (factId: string): readonly Recorded[] =>
  readdirSync(join(folder, factId))
    .filter((file) => file.endsWith('.txt'))
    .toSorted()
    .map((file) => {
      const path = join(folder, factId, file);
      const parsed: unknown = JSON.parse(readFileSync(path.replace(/\.txt$/, '.json'), 'utf8'));
      return { name: file.slice(0, -4), ...readRecorded(readFileSync(path, 'utf8'), path), parsed };
    });
