import { hidden, redactText } from '../model/redact.ts';
import type { z } from 'zod';
import type { Finding } from './finding.ts';
import { didYouMean, nearest } from './nearest.ts';
import { asMap, valueAt } from './raw.ts';
import type { Path } from './raw.ts';

type Issue = z.core.$ZodIssue;

/** What the validator was given: the data, and the scalars as they stand in the file. */
export interface Checked {
  readonly value: unknown;
  readonly written: (path: Path) => string | undefined;
}

/** The validator's issues as findings that say what was expected and what was found. */
export const toFindings = (issues: readonly Issue[], seen: Checked): Finding[] => {
  const findings = issues.flatMap((issue) => describe(issue, [], seen));
  const meant = new Set(findings.map((finding) => finding.meant));
  return findings.filter(({ missing, path }) => !(missing && meant.has(keyOf(path))));
};

interface Described extends Finding {
  /** The key that an unknown one probably stands for: its absence is then no finding of its own. */
  readonly meant?: string;
  readonly missing?: boolean;
}

const keyOf = (path: Path): string => JSON.stringify(path);

const describe = (issue: Issue, prefix: Path, seen: Checked): Described[] => {
  const path: Path = [...prefix, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], issue.message.split(' ')));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? 'another key';
    return [{ path, at: 'key', message: `expected ${expected}, found ${JSON.stringify(path.at(-1))}` }];
  }
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => describe(inner, path, seen));
  return [mismatch(issue, path, seen)];
};

/** Of a union's forms, the one that was attempted: its type fits and the fewest of its parts are wrong. */
const meantBranch = (branches: readonly Issue[][]): Issue[] | undefined =>
  branches
    .filter((issues) => !issues.some((issue) => issue.path.length === 0 && wrongType.has(issue.code)))
    .toSorted((a, b) => a.length - b.length)[0];

const wrongType: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

const unknownKey = (path: Path, valid: readonly string[]): Described => {
  const key = String(path.at(-1));
  const near = nearest(key, valid);
  return {
    path,
    at: 'key',
    message: 'unknown key',
    hint: didYouMean(key, valid),
    ...(near === undefined ? {} : { meant: keyOf([...path.slice(0, -1), near]) }),
  };
};

const mismatch = (issue: Issue, path: Path, seen: Checked): Described => {
  const [expected = '', hint] = issue.message.split('\n', 2);
  const value = valueAt(seen.value, path);
  if (value === undefined) return { path, message: `missing; expected ${expected}`, hint, missing: true };
  const written = seen.written(path);
  return {
    path,
    message: `expected ${expected}, found ${found(value, path, written)}`,
    hint: hint ?? (issue.code === 'invalid_type' && issue.expected === 'string' ? quoted(value, written) : undefined),
  };
};

const quoted = (value: unknown, written: string | undefined): string | undefined =>
  typeof value === 'number' || typeof value === 'boolean'
    ? `put it in quotes: "${written ?? String(value)}"`
    : undefined;

const secretKeys = ['password', 'passphrase', 'secret', 'headers'];
const isSecret = (path: Path): boolean => secretKeys.some((key) => path.includes(key));

const found = (value: unknown, path: Path, written: string | undefined): string => {
  if (value === null || written === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (asMap(value) !== undefined) return 'a map';
  if (isSecret(path)) return 'a value written out (not shown)';
  if (typeof value === 'string') return shorten(JSON.stringify(redactText(value, hidden)));
  return written === undefined ? 'something else' : shorten(redactText(written, hidden));
};

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
