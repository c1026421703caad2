import { SimulatorGap } from '../../gap.ts';

/** What a program takes: letters and long names, each with or without a value. */
export interface OptionNames {
  /** Letters without a value. */
  readonly flags?: string;
  /** Letters with a value. */
  readonly values?: string;
  /** Long names, with the letter that they stand for (one of the above). */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand, as in env(1) and timeout(1). */
  readonly operandsEnd?: boolean;
}

export class Options {
  readonly #found = new Map<string, string[]>();
  readonly operands: string[] = [];

  add(letter: string, value: string): void {
    const known = this.#found.get(letter);
    if (known === undefined) this.#found.set(letter, [value]);
    else known.push(value);
  }

  has(letter: string): boolean {
    return this.#found.has(letter);
  }

  /** The last value given. */
  get(letter: string): string | undefined {
    return this.#found.get(letter)?.at(-1);
  }

  all(letter: string): readonly string[] {
    return this.#found.get(letter) ?? [];
  }
}

/** Words of argv that were not read yet. */
class Words {
  readonly argv: readonly string[];
  at = 1;

  constructor(argv: readonly string[]) {
    this.argv = argv;
  }

  value(option: string): string {
    this.at += 1;
    const value = this.argv[this.at];
    if (value === undefined) throw new SimulatorGap(`${this.argv[0]}: ${option} without a value`);
    return value;
  }
}

const long = (words: Words, word: string, names: OptionNames, options: Options): void => {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word.slice(2) : word.slice(2, equals);
  const letter = names.long?.[name];
  if (letter === undefined) throw new SimulatorGap(`${words.argv[0]}: ${word} is not modelled`);
  if (names.flags?.includes(letter) === true && equals === -1) options.add(letter, '');
  else options.add(letter, equals === -1 ? words.value(word) : word.slice(equals + 1));
};

const short = (words: Words, word: string, names: OptionNames, options: Options): void => {
  for (let index = 1; index < word.length; index++) {
    const letter = word.charAt(index);
    if (names.flags?.includes(letter) === true) options.add(letter, '');
    else if (names.values?.includes(letter) === true) {
      const rest = word.slice(index + 1);
      options.add(letter, rest === '' ? words.value(word) : rest);
      return;
    } else throw new SimulatorGap(`${words.argv[0]}: ${word} is not modelled`);
  }
};

/** Reads a program's options as getopt_long(3) does. @throws SimulatorGap for one that is not declared. */
export const readOptions = (argv: readonly string[], names: OptionNames): Options => {
  const options = new Options();
  const words = new Words(argv);
  for (; words.at < argv.length; words.at++) {
    const word = argv[words.at] ?? '';
    if (word === '--') {
      options.operands.push(...argv.slice(words.at + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      options.operands.push(word);
      if (names.operandsEnd !== true) continue;
      options.operands.push(...argv.slice(words.at + 1));
      break;
    }
    (word.startsWith('--') ? long : short)(words, word, names, options);
  }
  return options;
};
