import { SimulatorGap } from '../../gap.ts';

/** One option of a program: its short letter, and whether it takes a value (`optional`: only as `--name=value`). */
export interface FlagSpec {
  readonly short?: string;
  readonly value?: 'needed' | 'optional';
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface Parsed {
  /** The last value of each option that was given; `true` for one without. */
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
}

const known = (specs: FlagSpecs, program: string, name: string): FlagSpec => {
  const spec = specs[name];
  if (spec === undefined) throw new SimulatorGap(`${program}: option --${name}`);
  return spec;
};

/**
 * Options and words in any order, as cobra and pflag take them: `--name=value`, `--name value`, `-n value`, `-nvalue`.
 * @throws SimulatorGap for an option that is not declared.
 */
export const parseFlags = (program: string, argv: readonly string[], specs: FlagSpecs): Parsed => {
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return { flags, words, rest: argv.slice(at + 1) };
    if (word === '-' || !word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const long = word.startsWith('--');
    const equals = word.indexOf('=');
    const name = long
      ? word.slice(2, equals === -1 ? undefined : equals)
      : (Object.keys(specs).find((one) => specs[one]?.short === word.charAt(1)) ?? word);
    const spec = known(specs, program, name);
    const attached = long
      ? equals === -1
        ? undefined
        : word.slice(equals + 1)
      : word.slice(2).replace(/^=/, '') || undefined;
    if (attached !== undefined) flags.set(name, attached);
    else if (spec.value === 'needed') {
      at += 1;
      const value = argv[at];
      if (value === undefined) throw new SimulatorGap(`${program}: ${word} without its value`);
      flags.set(name, value);
    } else flags.set(name, 'true');
  }
  return { flags, words, rest: [] };
};

/** `true`, `1`, or no value at all. */
export const isSet = ({ flags }: Parsed, name: string): boolean => ['true', '1'].includes(flags.get(name) ?? 'false');

/** A Go duration (`15s`, `2m0s`, `500ms`) in ms. */
export const durationMs = (text: string): number => {
  const unit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text) && text !== '0') throw new SimulatorGap(`duration ${text}`);
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, name = '']) => sum + Number(number) * (unit[name] ?? 0),
    0,
  );
};

/** ms as Go prints a duration of whole seconds: `2m0s`. */
export const goDuration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${head}${seconds % 60}s`;
};
