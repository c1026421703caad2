import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
import { AwkProgram } from './awk-program.ts';
import { eachInput, inputsOf, linesOf } from './input.ts';
import { readOptions } from './options.ts';
import { regularExpression } from './regular-expression.ts';

const escapes = (text: string): string =>
  text.replace(/\\([nt\\"])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));

interface Record {
  readonly text: string;
  readonly number: number;
  readonly fields: readonly string[];
}

/** One thing that is printed: `$1`, `NF`, "text". */
const valueOf = (source: string): ((record: Record) => string) => {
  if (source === '$0') return ({ text }) => text;
  if (source === 'NR') return ({ number }) => String(number);
  if (source === 'NF') return ({ fields }) => String(fields.length);
  if (source === '$NF') return ({ fields }) => fields.at(-1) ?? '';
  const field = /^\$([1-9]\d*)$/.exec(source);
  if (field !== null) return ({ fields }) => fields[Number(field[1]) - 1] ?? '';
  const text = /^"((?:[^"\\]|\\.)*)"$/.exec(source);
  if (text === null) throw new SimulatorGap(`awk: ${source}`);
  const meant = escapes(text[1] ?? '');
  return () => meant;
};

interface Rule {
  readonly applies: (record: Record) => boolean;
  readonly print: readonly ((record: Record) => string)[];
}

const rule = /^\s*(?:(!?)\/((?:[^/\\]|\\.)*)\/|NR\s*==\s*(\d+))?\s*(?:\{\s*print(?:\s+([^{}]*?))?\s*;?\s*\})?\s*$/;

/** One rule of the form `/re/ { print $1, $2 }`, either half of it; undefined for a longer program. */
const parseRule = (program: string): Rule | undefined => {
  const found = rule.exec(program);
  if (program.trim() === '') throw new SimulatorGap(`awk '${program}'`);
  if (found === null) return undefined;
  const [, negated, expression, line, printed] = found;
  const pattern = expression === undefined ? undefined : regularExpression(expression, true);
  const items = printed === undefined || printed === '' ? ['$0'] : printed.split(',').map((item) => item.trim());
  return {
    applies: ({ text, number }) => {
      if (line !== undefined) return number === Number(line);
      return pattern === undefined || pattern.test(text) === (negated === '');
    },
    print: items.map(valueOf),
  };
};

const recordsOf = (text: string, separator: string): readonly string[] => {
  if (separator === '\n') return linesOf(text);
  if (separator !== '') throw new SimulatorGap(`awk with RS=${JSON.stringify(separator)}`);
  // Paragraphs: blank lines separate, those at the edges count for nothing.
  const trimmed = text.replace(/^\n+|\n+$/g, '');
  return trimmed === '' ? [] : trimmed.split(/\n{2,}/);
};

/** awk(1): one rule, with RS, ORS, OFS, FS, or a program of such rules as `awk-parse.ts` reads. */
export const awk: Tool = (call) => {
  const options = readOptions(call.argv, { values: 'vF', operandsEnd: true });
  const variables = new Map<string, string>();
  for (const assignment of options.all('v')) {
    const [name = '', ...value] = assignment.split('=');
    variables.set(name, escapes(value.join('=')));
  }
  const between = options.get('F') ?? variables.get('FS') ?? ' ';
  if (between.length !== 1) throw new SimulatorGap(`awk with fields between ${between}`);
  const [program = '', ...files] = options.operands;
  const only = parseRule(program);
  let whole = '';
  const status = eachInput(
    call,
    inputsOf(files),
    (text) => (whole += text),
    (name, problem) => `awk: cannot open ${name} (${problem})`,
  );
  const records = recordsOf(whole, variables.get('RS') ?? '\n');
  if (only === undefined) {
    const code = new AwkProgram(program, { variables, between, out: (text) => call.out(text) }).run(records);
    return status === 0 ? code : 2;
  }
  const { applies, print } = only;
  for (const [index, text] of records.entries()) {
    const fields = between === ' ' ? text.split(/[ \t\n]+/).filter((field) => field !== '') : text.split(between);
    const record: Record = { text, number: index + 1, fields };
    if (!applies(record)) continue;
    call.out(print.map((item) => item(record)).join(variables.get('OFS') ?? ' ') + (variables.get('ORS') ?? '\n'));
  }
  return status === 0 ? 0 : 2;
};
