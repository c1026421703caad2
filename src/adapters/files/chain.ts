import { createHash } from 'node:crypto';

/**
 * A journal is a file of lines of JSON, each but the first holding the sha256 of the line before it:
 * a header, `{"format":1,"seq":0,…}`; entries, `{"seq":n,"prev":"<sha256>",…}`; once closed, a seal,
 * `{"seq":n,"prev":"<sha256>","sealed":true}`, without which a change to the last entry could not be seen.
 */
export const journalFormat = 1;

export interface Link {
  readonly seq: number;
  /** With its line feed: what is written to the file. */
  readonly line: string;
  /** sha256 of the line without its line feed: `prev` of the next. */
  readonly hash: string;
}

export type ChainReport =
  /** `sealed` is false when the run never closed its journal: killed, or still going on. */
  | { readonly kind: 'ok'; readonly entries: number; readonly sealed: boolean }
  /** `line` counts from 1: the first line that does not follow from the one before it. */
  | { readonly kind: 'broken'; readonly line: number; readonly problem: string };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const makeLink = (seq: number, body: object): Link => {
  const text = JSON.stringify(body);
  return { seq, line: `${text}\n`, hash: sha256(text) };
};

/** The first line of a journal. */
export const headerLink = (about: Readonly<Record<string, string>>): Link =>
  makeLink(0, { format: journalFormat, seq: 0, ...about });

/** The line that follows `previous`. */
export const nextLink = (previous: Link, entry: object): Link =>
  makeLink(previous.seq + 1, { seq: previous.seq + 1, prev: previous.hash, ...entry });

/** The last line of a journal that was closed. */
export const sealLink = (previous: Link): Link => nextLink(previous, { sealed: true });

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const problemOf = (text: string, index: number, previous: string | undefined): string | undefined => {
  const entry = parseObject(text);
  if (entry === undefined) return 'not a JSON object';
  if (entry['seq'] !== index) return `has seq ${JSON.stringify(entry['seq'])} where ${index} follows`;
  if (previous === undefined) {
    return entry['format'] === journalFormat ? undefined : `has format ${JSON.stringify(entry['format'])}, known is 1`;
  }
  return entry['prev'] === sha256(previous)
    ? undefined
    : `the line before it (${index}) was changed after it was written`;
};

const isSeal = (line: string, index: number, previous: string | undefined): boolean =>
  previous !== undefined && line === JSON.stringify({ seq: index, prev: sha256(previous), sealed: true });

const tornProblem = 'does not end in a line feed: writing was cut off';

const brokenLine = (lines: readonly string[]): ChainReport | undefined => {
  for (const [index, line] of lines.entries()) {
    const problem = problemOf(line, index, lines[index - 1]);
    if (problem !== undefined) return { kind: 'broken', line: index + 1, problem };
    const isEntry = index === 0 || typeof parseObject(line)?.['type'] === 'string';
    if (!isEntry && (index !== lines.length - 1 || !isSeal(line, index, lines[index - 1]))) {
      return { kind: 'broken', line: index + 1, problem: 'is neither an event nor the seal at the end' };
    }
  }
  return undefined;
};

/** Checks that a journal's lines follow from each other. Pure; finds the first line that does not. */
export const verifyChain = (text: string): ChainReport => {
  if (text === '') return { kind: 'broken', line: 1, problem: 'empty: not even a header' };
  const lines = text.split('\n');
  const rest = lines.pop();
  const broken = brokenLine(lines);
  if (broken !== undefined) return broken;
  if (rest !== '') return { kind: 'broken', line: lines.length + 1, problem: tornProblem };
  const sealed = isSeal(lines.at(-1) ?? '', lines.length - 1, lines.at(-2));
  return { kind: 'ok', entries: lines.length - (sealed ? 2 : 1), sealed };
};
