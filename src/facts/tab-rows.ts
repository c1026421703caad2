import { z } from 'zod';
import type { Output, Parsed } from './fact.ts';
import { readJson } from './read-text.ts';

/** One value: `{.metadata.name}`. */
export const at = (path: string): string => `{${path}}`;

/** For each element of a list some paths, with `;` behind: neither quantities nor words of Kubernetes hold one. */
export const each = (path: string, ...paths: readonly string[]): string =>
  `{range ${path}}${paths.map(at).join('')}{";"}{end}`;

/** A text that may be missing. */
export const maybe = z.string().transform((text) => (text === '' ? undefined : text));

/** A number that may be missing. */
export const maybeNumber = z
  .string()
  .regex(/^\d*$/)
  .transform((text) => (text === '' ? undefined : Number(text)));

/** `2026-11-21T20:12:33Z` in milliseconds since the epoch. */
export const maybeTime = z
  .string()
  .regex(/^(|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/)
  .transform((text) => (text === '' ? undefined : Date.parse(text)));

/** What `{.list[*].name}` printed: words with a space between. */
export const words = z.string().transform((text) => (text === '' ? [] : text.split(' ')));

/** The same of numbers. */
export const numbers = z
  .string()
  .regex(/^[\d ]*$/)
  .transform((text) => (text === '' ? [] : text.split(' ').map(Number)));

/** What `each` printed. */
export const parts = z.string().transform((text) => (text === '' ? [] : text.replace(/;$/, '').split(';')));

/** A column of JSON, or what stands for it where the path led nowhere. */
export const json = <T>(schema: z.ZodType<T>, missing: NoInfer<T>) =>
  z.string().transform((text, context): T => {
    if (text === '') return missing;
    const read = schema.safeParse(readJson(text));
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: 'not the JSON that was expected' });
    return z.NEVER;
  });

/**
 * Trimmed output of `kubectl get`: a line an object, a tab between columns, and `end` as the last line, so that output
 * that was cut short is told. A map or a list comes as JSON on one line, whose strings hold no tab; the other columns
 * must be names, numbers, times or words of Kubernetes' own. A path that leads nowhere gives an empty column.
 * Source: kubernetes.io, JSONPath Support; recorded on the lab, 1.35.4.
 * Reads and questions have the same names, in the order of `reads`.
 */

export interface TabTable<S extends z.ZodRawShape> {
  readonly asks: { readonly [K in keyof S]: string };
  readonly reads: S;
}

/** The `--output` of `kubectl get` that prints a table. */
export const tabRows = <S extends z.ZodRawShape>({ asks, reads }: TabTable<S>): string =>
  `--output=jsonpath={range .items[*]}${Object.keys(reads)
    .map((name) => asks[name] ?? '')
    .join('{"\\t"}')}{"\\n"}{end}{"end\\n"}`;

/** Reads what `tabRows` printed: all rows, each made into what it stands for, or the first that is not understood. */
export const readTabRows = <S extends z.ZodRawShape, T>(
  { reads }: TabTable<S>,
  make: (row: z.output<z.ZodObject<S>>) => T,
): ((output: Output) => Parsed<readonly T[]>) => {
  const names = Object.keys(reads);
  const row = z.object(reads);
  return ({ stdout }) => {
    const lines = stdout.split('\n');
    if (lines.pop() !== '' || lines.pop() !== 'end') return { unreadable: stdout.slice(-2000) };
    const value: T[] = [];
    for (const line of lines) {
      const texts = line.split('\t');
      const read = row.safeParse(Object.fromEntries(names.map((name, index) => [name, texts[index]])));
      if (!read.success || texts.length !== names.length) return { unreadable: line };
      value.push(make(read.data));
    }
    return { value };
  };
};
