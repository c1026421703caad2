import { SimulatorGap } from '../gap.ts';

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** dash's echo: backslashes mean something, `\c` ends it. */
export const echoed = (words: readonly string[]): string => {
  const newline = words[0] !== '-n';
  const text = (newline ? words : words.slice(1)).join(' ');
  if (!text.includes('\\')) return newline ? `${text}\n` : text;
  const { result, ended } = unescaped(text, /\\(0[0-7]{0,3}|[abcfnrtv\\])/g);
  return newline && !ended ? `${result}\n` : result;
};

const unescaped = (text: string, escapes: RegExp): { readonly result: string; readonly ended: boolean } => {
  const end = escapes.source.includes('c') ? text.search(/(?<!\\)(\\\\)*\\c/) : -1;
  const whole = end === -1 ? text : text.slice(0, text.indexOf('\\c', end));
  const result = whole.replace(escapes, (_, what: string) =>
    /^[0-7]/.test(what) ? String.fromCharCode(Number.parseInt(what, 8) & 255) : (letters[what] ?? ''),
  );
  return { result, ended: end !== -1 };
};

interface Conversion {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly kind: string;
}

type Piece = string | Conversion;

const piece = /%([-+ 0#]*)(\d*|\*)(?:\.(\d*))?([diouxXcsb%])|\\([0-7]{1,3}|[abfnrtv\\"])|[^%\\]+|[%\\]/g;

const parsed = new Map<string, readonly Piece[]>();

const piecesOf = (format: string): readonly Piece[] => {
  const known = parsed.get(format);
  if (known !== undefined) return known;
  const pieces = [...format.matchAll(piece)].map(([whole, flags = '', width = '', precision, kind, escape]): Piece => {
    if (escape !== undefined) return unescaped(whole, /\\([0-7]{1,3}|[abfnrtv\\"])/g).result || '"';
    if (whole === '%' || whole === '\\' || width === '*') throw new SimulatorGap(`printf ${format}`);
    return kind === undefined ? whole : kind === '%' ? '%' : { flags, width, precision, kind };
  });
  if (parsed.size > 500) parsed.clear();
  parsed.set(format, pieces);
  return pieces;
};

const padded = (text: string, { flags, width }: Conversion): string => {
  const wanted = Number(width || '0');
  if (flags.includes('-')) return text.padEnd(wanted);
  return text.padStart(wanted);
};

const integer = (text: string, problems: string[]): bigint => {
  const quote = /^['"]([^])/.exec(text);
  if (quote !== null) return BigInt(quote[1]?.charCodeAt(0) ?? 0);
  const [found = '', sign = '', digits = ''] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text) ?? [];
  if (found === '') {
    if (text !== '') problems.push(`${text}: expected numeric value`);
    return 0n;
  }
  if (found !== text) problems.push(`${text}: not completely converted`);
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -value : value;
};

const radixes: Readonly<Record<string, number>> = { o: 8, x: 16, X: 16, u: 10, d: 10, i: 10 };

const converted = (conversion: Conversion, argument: string, problems: string[]): string => {
  const { kind, flags, precision, width } = conversion;
  if (kind === 's')
    return padded(precision === undefined ? argument : argument.slice(0, Number(precision || '0')), conversion);
  if (kind === 'c') return padded(argument.charAt(0), conversion);
  if (kind === 'b') return padded(unescaped(argument, /\\(0?[0-7]{1,3}|[abcfnrtv\\])/g).result, conversion);
  if (flags.includes('#') || flags.includes(' ')) throw new SimulatorGap(`printf %${flags}${kind}`);
  const given = integer(argument, problems);
  const value = kind === 'd' || kind === 'i' ? given : BigInt.asUintN(64, given);
  const magnitude = (value < 0n ? -value : value).toString(radixes[kind]);
  const digits = (kind === 'X' ? magnitude.toUpperCase() : magnitude).padStart(Number(precision ?? '0'), '0');
  const sign = value < 0n ? '-' : flags.includes('+') && kind !== 'x' && kind !== 'o' && kind !== 'u' ? '+' : '';
  const zeros = flags.includes('0') && !flags.includes('-') && precision === undefined;
  return zeros ? sign + digits.padStart(Number(width || '0') - sign.length, '0') : padded(sign + digits, conversion);
};

/** dash's printf: the format is used again until no argument is left; what is no number counts as 0, with a complaint. */
export const formatted = (
  format: string,
  args: readonly string[],
): { readonly text: string; readonly problems: readonly string[] } => {
  const pieces = piecesOf(format);
  const problems: string[] = [];
  let text = '';
  let at = 0;
  do {
    const before = at;
    for (const one of pieces) text += typeof one === 'string' ? one : converted(one, args[at++] ?? '', problems);
    if (at === before) break;
  } while (at < args.length);
  return { text, problems };
};
