import { z } from 'zod';
import type { Output, Parsed } from './fact.ts';
import { readJson } from './read-text.ts';

/**
 * Trimmed output of `kubectl get`: one JSON value a line, made by a Go template, then a line with their number. Strings
 * go through Go's %q, so that an image or annotation holding a newline cannot forge a row; the number at the end tells
 * output that was cut short. Source: kubectl get --help; text/template; cli-runtime's printers/template.go (`exists`).
 */
export const rowsOf = (row: string): string =>
  `--output=go-template={{range .items}}${row}{{"\\n"}}{{end}}{{len .items}}{{"\\n"}}`;

/** A string that every object has. */
export const text = (path: string): string => `{{printf "%q" ${path}}}`;

/** A string that may be missing or empty: then null. */
export const maybeText = (path: string): string => `{{with ${path}}}{{printf "%q" .}}{{else}}null{{end}}`;

/** What an annotation of an object says; null where it has none. */
export const annotation = (key: string): string =>
  `{{if exists .metadata "annotations" "${key}"}}${text(`(index .metadata.annotations "${key}")`)}{{else}}null{{end}}`;

/** A number that Kubernetes leaves out when it is 0. */
export const count = (path: string): string => `{{with ${path}}}{{.}}{{else}}0{{end}}`;

/** A boolean that may be missing. */
export const flag = (condition: string): string => `{{if ${condition}}}true{{else}}false{{end}}`;

/** The elements of a list that may be missing; read it with `listOf`, which drops the null at its end. */
export const list = (path: string, element: string, condition?: string): string =>
  `[{{range ${path}}}${condition === undefined ? `${element},` : `{{if ${condition}}}${element},{{end}}`}{{end}}null]`;

/** The schema of what `list` printed. */
export const listOf = <S extends z.ZodType>(element: S) =>
  z.array(element.nullable()).transform((found) => found.filter((one) => one !== null));

const goEscape = /\\(?:x([0-9a-f]{2})|U([0-9a-f]{8})|([av])|[^])/g;

/** Go's %q knows four escapes that JSON does not: \xNN, \UNNNNNNNN, \a and \v. */
const asJson = (line: string): string =>
  line.replace(goEscape, (escape, byte?: string, rune?: string, control?: string) => {
    if (byte !== undefined) return `\\u00${byte}`;
    if (rune !== undefined)
      return Number.parseInt(rune, 16) > 0x10_ffff ? '\\ufffd' : String.fromCodePoint(Number.parseInt(rune, 16));
    if (control !== undefined) return control === 'a' ? '\\u0007' : '\\u000b';
    return escape;
  });

/** Reads what `rowsOf` printed: all rows, or the first that is not understood. */
export const readRows =
  <T>(schema: z.ZodType<T>) =>
  ({ stdout }: Output): Parsed<T[]> => {
    const lines = stdout.trimEnd().split('\n');
    const total = lines.pop();
    if (total !== String(lines.length)) return { unreadable: `${lines.length} rows, then: ${total ?? ''}` };
    const value: T[] = [];
    for (const line of lines) {
      const row = schema.safeParse(readJson(asJson(line)));
      if (!row.success) return { unreadable: line };
      value.push(row.data);
    }
    return { value };
  };
