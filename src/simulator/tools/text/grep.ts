import type { Tool } from '../../shell/tool.ts';
import { inputsOf, linesOf, readInput } from './input.ts';
import { readOptions, type Options } from './options.ts';
import { regularExpression } from './regular-expression.ts';

const names = {
  flags: 'EFGiqsvcohHnxlw',
  values: 'em',
  long: {
    quiet: 'q',
    'ignore-case': 'i',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    count: 'c',
    'invert-match': 'v',
  },
} as const;

const sourceOf = (options: Options, pattern: string): string => {
  const text = options.has('F') ? pattern.replace(/[.*[\]^$\\]/g, String.raw`\$&`) : pattern;
  const [open, close, or] = options.has('E') ? ['(', ')', '|'] : ['\\(', '\\)', '\\|'];
  const whole = text.split('\n').join(or);
  if (options.has('x')) return `^${open}${whole}${close}$`;
  return options.has('w') ? `\\<${open}${whole}${close}\\>` : whole;
};

interface Matching {
  readonly test: (line: string) => boolean;
  readonly parts: (line: string) => readonly string[];
}

const matching = (options: Options, pattern: string): Matching => {
  const source = sourceOf(options, pattern);
  const expression = regularExpression(source, options.has('E'), options.has('i') ? 'i' : '');
  const everywhere = regularExpression(source, options.has('E'), options.has('i') ? 'gi' : 'g');
  const inverted = options.has('v');
  return {
    test: (line) => expression.test(line) !== inverted,
    parts: (line) => [...line.matchAll(everywhere)].map(([part]) => part).filter((part) => part !== ''),
  };
};

/** What is printed of one file's text. */
const printed = (
  options: Options,
  found: readonly { line: string; number: number }[],
  prefix: string,
  { parts }: Matching,
): string => {
  if (options.has('c')) return `${prefix}${found.length}\n`;
  return found
    .flatMap(({ line, number }) => {
      const start = prefix + (options.has('n') ? `${number}:` : '');
      return (options.has('o') ? parts(line) : [line]).map((text) => `${start}${text}\n`);
    })
    .join('');
};

/** grep(1): 0 found, 1 not found, 2 an error (also beside what was found, but for -q). */
export const grep: Tool = (call) => {
  const options = readOptions(call.argv, names);
  const given = options.all('e');
  const operands = given.length > 0 ? options.operands : options.operands.slice(1);
  const pattern = matching(options, given.length > 0 ? given.join('\n') : (options.operands[0] ?? ''));
  const most = Number(options.get('m') ?? 'Infinity');
  const named = options.has('H') || (operands.length > 1 && !options.has('h'));
  let [any, failed] = [false, false];
  for (const name of inputsOf(operands)) {
    const input = readInput(call, name);
    if ('problem' in input) {
      if (!options.has('s')) call.err(`${call.argv[0]}: ${name}: ${input.problem}\n`);
      failed = true;
      continue;
    }
    const lines = linesOf(input.text);
    if (options.has('q')) {
      if (lines.some((line) => pattern.test(line))) return 0;
      continue;
    }
    const found = lines
      .flatMap((line, index) => (pattern.test(line) ? [{ line, number: index + 1 }] : []))
      .slice(0, most);
    if (found.length > 0) any = true;
    if (options.has('l')) call.out(found.length > 0 ? `${name}\n` : '');
    else call.out(printed(options, found, named ? `${name}:` : '', pattern));
  }
  return failed ? 2 : any ? 0 : 1;
};
