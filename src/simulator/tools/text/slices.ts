import { SimulatorGap } from '../../gap.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { eachInput, inputsOf, linesOf } from './input.ts';
import { readOptions } from './options.ts';

/** cat(1). */
export const cat: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'u' });
  return eachInput(call, inputsOf(options.operands), (text) => call.out(text));
};

const sizes: Readonly<Record<string, number>> = { '': 1, K: 1024, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** A count as head(1) and tail(1) take it: with a sign, in bytes or lines. */
const countOf = (text: string): { readonly sign: string; readonly count: number } => {
  const [, sign = '', digits, unit = ''] = /^([-+]?)(\d+)([KkMG]?)$/.exec(text) ?? [];
  const factor = sizes[unit];
  if (digits === undefined || factor === undefined) throw new SimulatorGap(`a count of ${text}`);
  return { sign, count: Number(digits) * factor };
};

/** Where the n-th line ends; the end of the text where it has fewer. */
const endOfLine = (text: string, lines: number): number => {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const end = text.indexOf('\n', at);
    if (end === -1) return text.length;
    at = end + 1;
  }
  return at;
};

const headOf = (text: string, lines: string | undefined, bytes: string | undefined): string => {
  const { sign, count } = countOf(bytes ?? lines ?? '10');
  if (bytes !== undefined) return text.slice(0, sign === '-' ? Math.max(0, text.length - count) : count);
  return text.slice(0, endOfLine(text, sign === '-' ? Math.max(0, linesOf(text).length - count) : count));
};

const tailOf = (text: string, lines: string | undefined, bytes: string | undefined): string => {
  const { sign, count } = countOf(bytes ?? lines ?? '10');
  if (bytes !== undefined) return text.slice(sign === '+' ? Math.max(0, count - 1) : Math.max(0, text.length - count));
  return text.slice(endOfLine(text, sign === '+' ? Math.max(0, count - 1) : Math.max(0, linesOf(text).length - count)));
};

const endOf =
  (cut: (text: string, lines: string | undefined, bytes: string | undefined) => string): Tool =>
  (call) => {
    // `-5` is `-n 5`, in the first place only: elsewhere it is the value of an option.
    const argv = call.argv.map((word, at) => (at === 1 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
    const options = readOptions(argv, {
      flags: 'q',
      values: 'nc',
      long: { lines: 'n', bytes: 'c', quiet: 'q' },
    });
    const names = inputsOf(options.operands);
    let first = true;
    return eachInput(
      call,
      names,
      (text, name) => {
        if (names.length > 1 && !options.has('q'))
          call.out(`${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`);
        first = false;
        call.out(cut(text, options.get('n'), options.get('c')));
      },
      (name, problem) =>
        problem === 'Is a directory'
          ? `${call.argv[0]}: error reading '${name}': ${problem}`
          : `${call.argv[0]}: cannot open '${name}' for reading: ${problem}`,
    );
  };

/** head(1). */
export const head: Tool = endOf(headOf);
/** tail(1), without -f. */
export const tail: Tool = endOf(tailOf);

type Ranges = readonly { readonly from: number; readonly to: number }[];

const rangesOf = (list: string): Ranges =>
  list.split(',').map((one) => {
    const [, from, dash, to] = /^(\d*)(-?)(\d*)$/.exec(one) ?? [];
    if (from === undefined || (from === '' && to === '')) throw new SimulatorGap(`cut: the list ${list}`);
    const start = from === '' ? 1 : Number(from);
    return { from: start, to: dash === '' ? start : to === '' || to === undefined ? Infinity : Number(to) };
  });

const isIn = (ranges: Ranges, place: number): boolean => ranges.some(({ from, to }) => place >= from && place <= to);

/** cut(1): -c and -b are bytes both (GNU), -f with -d and -s. */
export const cut: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: 's',
    values: 'bcfd',
    long: { characters: 'c', fields: 'f', delimiter: 'd' },
  });
  const list = options.get('c') ?? options.get('b') ?? options.get('f');
  if (list === undefined) throw new SimulatorGap('cut without a list');
  const ranges = rangesOf(list);
  const delimiter = options.get('d') ?? '\t';
  const cutLine = (line: string): string | undefined => {
    if (!options.has('f')) {
      const [only] = ranges;
      if (only !== undefined && ranges.length === 1) return line.slice(only.from - 1, only.to);
      return line
        .split('')
        .filter((_, index) => isIn(ranges, index + 1))
        .join('');
    }
    if (!line.includes(delimiter)) return options.has('s') ? undefined : line;
    return line
      .split(delimiter)
      .filter((_, index) => isIn(ranges, index + 1))
      .join(delimiter);
  };
  return eachInput(call, inputsOf(options.operands), (text) => {
    const lines = linesOf(text)
      .map(cutLine)
      .filter((line) => line !== undefined);
    call.out(lines.map((line) => `${line}\n`).join(''));
  });
};

/** tee(1). */
export const tee: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'a' });
  const text = call.stdin();
  const mode = 0o666 & ~call.umask;
  for (const name of options.operands)
    call.host.files.write(call.path(name), text, call.actor, { append: options.has('a'), mode });
  call.out(text);
  return 0;
};

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const numeric = (text: string): number => Number(/^\s*-?\d*(\.\d+)?/.exec(text)?.[0] ?? 0) || 0;

const keyed = (call: Call, key: string | undefined, separator: string | undefined): ((line: string) => string) => {
  if (key === undefined) return (line) => line;
  const [, from, to, order] = /^(\d+)(?:,(\d+))?([nr]*)$/.exec(key) ?? [];
  if (from === undefined || order !== '' || separator === undefined) throw new SimulatorGap(call.argv.join(' '));
  return (line) =>
    line
      .split(separator)
      .slice(Number(from) - 1, to === undefined ? undefined : Number(to))
      .join(separator);
};

/** sort(1), as LC_ALL=C orders: -u -n -r, and -k with -t. */
export const sort: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: 'unr',
    values: 'kt',
    long: { unique: 'u', reverse: 'r', 'numeric-sort': 'n' },
  });
  const lines: string[] = [];
  const status = eachInput(
    call,
    inputsOf(options.operands),
    (text) => lines.push(...linesOf(text)),
    (name) => `sort: cannot read: ${name}: No such file or directory`,
  );
  if (status !== 0) return 2;
  const keyOf = keyed(call, options.get('k'), options.get('t'));
  const byKey = (a: string, b: string): number =>
    options.has('n') ? numeric(keyOf(a)) - numeric(keyOf(b)) : ascending(keyOf(a), keyOf(b));
  const turn = options.has('r') ? -1 : 1;
  const sorted = lines.toSorted((a, b) => turn * (byKey(a, b) || (options.has('u') ? 0 : ascending(a, b))));
  const kept = options.has('u')
    ? sorted.filter((line, index) => index === 0 || byKey(sorted[index - 1] ?? '', line) !== 0)
    : sorted;
  call.out(kept.map((line) => `${line}\n`).join(''));
  return 0;
};

/** uniq(1), -c and -d. */
export const uniq: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'cd' });
  const runs: { line: string; count: number }[] = [];
  const status = eachInput(call, inputsOf(options.operands), (text) => {
    for (const line of linesOf(text)) {
      const last = runs.at(-1);
      if (last?.line === line) last.count += 1;
      else runs.push({ line, count: 1 });
    }
  });
  for (const { line, count } of runs)
    if (!options.has('d') || count > 1) call.out(`${options.has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`);
  return status;
};

/** seq(1): FIRST and LAST, whole numbers. */
export const seq: Tool = (call) => {
  const { operands } = readOptions(call.argv, {});
  const numbers = operands.map(Number);
  const [first, last] = numbers.length === 1 ? [1, numbers[0] ?? 0] : [numbers[0] ?? 1, numbers[1] ?? 0];
  if (numbers.length > 2 || !numbers.every(Number.isInteger)) throw new SimulatorGap(call.argv.join(' '));
  for (let number = first; number <= last; number++) call.out(`${number}\n`);
  return 0;
};
