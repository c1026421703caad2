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
  /**
   * All in order but for the last line, which has no end: whoever wrote it was killed. `wholeBytes` is where the last
   * whole line ends, `line` the one after it.
   */
  | { readonly kind: 'torn'; readonly entries: number; readonly wholeBytes: number; readonly line: number }
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

/**
 * Checks that a journal's lines follow from each other. Pure; finds the first line that does not. A file without one
 * whole line is torn as well: the program was killed before it had written any.
 */
export const verifyChain = (text: string): ChainReport => {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const broken = brokenLine(lines);
  if (broken !== undefined) return broken;
  const sealed = isSeal(lines.at(-1) ?? '', lines.length - 1, lines.at(-2));
  if (rest === '' && lines.length > 0) return { kind: 'ok', entries: lines.length - (sealed ? 2 : 1), sealed };
  // Nothing follows a seal: what does was not torn off but put there.
  if (sealed) return { kind: 'broken', line: lines.length + 1, problem: 'comes after the seal' };
  const wholeBytes = Buffer.byteLength(text) - Buffer.byteLength(rest);
  return { kind: 'torn', entries: Math.max(0, lines.length - 1), wholeBytes, line: lines.length + 1 };
};

/** The entries of a chain that verifyChain called `ok` or `torn`, without header and seal, as they were parsed. */
export const entriesOf = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  text
    .split('\n')
    .slice(1, -1)
    .flatMap((line) => {
      const entry = parseObject(line);
      return entry === undefined || entry['sealed'] === true ? [] : [entry];
    });

/** The header of such a chain: format and what it was begun with; empty where there is no whole line. */
export const headerOf = (text: string): Readonly<Record<string, unknown>> =>
  text.includes('\n') ? (parseObject(text.slice(0, text.indexOf('\n'))) ?? {}) : {};
