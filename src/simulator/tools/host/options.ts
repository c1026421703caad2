import { SimulatorGap } from '../../gap.ts';

/** What a program understands. Names as they are typed: `-y`, `--quiet`. */
export interface OptionTable {
  readonly program: string;
  /** Without a value. */
  readonly flags: readonly string[];
  /** With a value: `-o X`, `-oX`, `--unit=X`, `--unit X`. */
  readonly valued?: readonly string[];
  /** The first word that is no option ends them, as with sudo and flock. */
  readonly stopsAtWord?: boolean;
}

export interface Options {
  /** Every option in the order of its appearance, with its value where it takes one. */
  readonly given: readonly { readonly name: string; readonly value: string }[];
  readonly rest: readonly string[];
  has(...names: readonly string[]): boolean;
  /** The last value of any of these names. */
  value(...names: readonly string[]): string | undefined;
  count(...names: readonly string[]): number;
}

class Parsed implements Options {
  readonly given: { readonly name: string; readonly value: string }[] = [];
  readonly rest: string[] = [];

  has(...names: readonly string[]): boolean {
    return this.given.some(({ name }) => names.includes(name));
  }
  value(...names: readonly string[]): string | undefined {
    return this.given.findLast(({ name }) => names.includes(name))?.value;
  }
  count(...names: readonly string[]): number {
    return this.given.filter(({ name }) => names.includes(name)).length;
  }
}

const unknown = ({ program }: OptionTable, word: string): never => {
  throw new SimulatorGap(`${program}: the option ${word} is not modelled`);
};

/** One cluster of short options: `-yqq`, `-oX=Y`. Returns the value's option that still lacks its value. */
const readShort = (table: OptionTable, word: string, parsed: Parsed): string | undefined => {
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word.charAt(at)}`;
    if (table.valued?.includes(name) === true) {
      const value = word.slice(at + 1);
      if (value === '') return name;
      parsed.given.push({ name, value });
      return undefined;
    }
    if (!table.flags.includes(name)) unknown(table, word);
    parsed.given.push({ name, value: '' });
  }
  return undefined;
};

const readLong = (table: OptionTable, word: string, parsed: Parsed): string | undefined => {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  if (table.valued?.includes(name) === true) {
    if (equals === -1) return name;
    parsed.given.push({ name, value: word.slice(equals + 1) });
    return undefined;
  }
  if (equals !== -1 || !table.flags.includes(name)) unknown(table, word);
  parsed.given.push({ name, value: '' });
  return undefined;
};

/**
 * Options as getopt_long(3) reads them. @throws SimulatorGap for an option that is not in the table, and for a value
 * that is missing.
 */
export const readOptions = (table: OptionTable, words: readonly string[]): Options => {
  const parsed = new Parsed();
  let waiting: string | undefined;
  for (const [at, word] of words.entries()) {
    if (waiting !== undefined) {
      parsed.given.push({ name: waiting, value: word });
      waiting = undefined;
    } else if (word === '--') {
      parsed.rest.push(...words.slice(at + 1));
      return parsed;
    } else if (word.startsWith('--')) waiting = readLong(table, word, parsed);
    else if (word.startsWith('-') && word !== '-') waiting = readShort(table, word, parsed);
    else if (table.stopsAtWord === true) {
      parsed.rest.push(...words.slice(at));
      return parsed;
    } else parsed.rest.push(word);
  }
  if (waiting !== undefined) unknown(table, `${waiting} without its value`);
  return parsed;
};
