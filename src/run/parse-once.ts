import type { Output, Parsed } from '../facts/fact.ts';

/** What a fact's command printed last, and what its parser made of it. */
interface Reading {
  readonly output: Output;
  readonly parsed: Parsed<unknown>;
}

/** The last reading of each fact of each node. */
export type Readings = Map<string, Reading>;

const same = (one: Output, other: Output): boolean =>
  one.code === other.code && one.stdout === other.stdout && one.stderr === other.stderr;

/**
 * What `parse` makes of an output: the last result under `key` where the output is the same to the byte. Parsers are
 * pure, and reading four manifests at every look costs more than the look itself.
 */
export const parseOnce = (
  readings: Readings,
  key: string,
  output: Output,
  parse: (output: Output) => Parsed<unknown>,
): Parsed<unknown> => {
  const last = readings.get(key);
  if (last !== undefined && same(last.output, output)) return last.parsed;
  const parsed = parse(output);
  readings.set(key, { output, parsed });
  return parsed;
};
