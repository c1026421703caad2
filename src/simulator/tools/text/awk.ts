import { SimulatorGap } from '../../gap.ts';
import type { Tool } from '../../shell/tool.ts';
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

type Condition = (record: Record) => boolean;

const condition = /^(?:(!?)\/((?:[^/\\]|\\.)*)\/|NR\s*==\s*(\d+)|(\$\w+)\s*==\s*("(?:[^"\\]|\\.)*"))$/;

const conditionOf = (source: string): Condition => {
  const found = condition.exec(source);
  if (found === null) throw new SimulatorGap(`awk: ${source}`);
  const [, negated, expression, line, field, text] = found;
  if (field !== undefined && text !== undefined) {
    const [left, right] = [valueOf(field), valueOf(text)];
    return (record) => left(record) === right(record);
  }
  const pattern = expression === undefined ? undefined : regularExpression(expression, true);
  return ({ text: whole, number }) =>
    pattern === undefined ? number === Number(line) : pattern.test(whole) === (negated === '');
};

/** Values that stand side by side are one text. */
const joined = (source: string): ((record: Record) => string) => {
  const words = source.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  const values = words.map(valueOf);
  return (record) => values.map((value) => value(record)).join('');
};

const rule = /^\s*([^{}]*?)\s*(?:\{\s*print(?:\s+([^{}]*?))?\s*;?\s*\})?\s*$/;

/** One rule of the form `/re/ && $3 == "text" { print $1, "a" $2 }`, either half of it: all of awk that is modelled. */
const parseRule = (program: string): Rule => {
  const found = rule.exec(program);
  if (found === null || program.trim() === '') throw new SimulatorGap(`awk '${program}'`);
  const [, conditions = '', printed] = found;
  const all = conditions === '' ? [] : conditions.split('&&').map((one) => conditionOf(one.trim()));
  const items = printed === undefined || printed === '' ? ['$0'] : printed.split(',').map((item) => item.trim());
  return { applies: (record) => all.every((applies) => applies(record)), print: items.map(joined) };
};

const recordsOf = (text: string, separator: string): readonly string[] => {
  if (separator === '\n') return linesOf(text);
  if (separator !== '') throw new SimulatorGap(`awk with RS=${JSON.stringify(separator)}`);
  // Paragraphs: blank lines separate, those at the edges count for nothing.
  const trimmed = text.replace(/^\n+|\n+$/g, '');
  return trimmed === '' ? [] : trimmed.split(/\n{2,}/);
};

/** awk(1): one rule, with RS, ORS, OFS, FS. */
export const awk: Tool = (call) => {
  const options = readOptions(call.argv, { values: 'vF', operandsEnd: true });
  const variables = new Map<string, string>();
  for (const assignment of options.all('v')) {
    const [name = '', ...value] = assignment.split('=');
    if (!['RS', 'ORS', 'OFS', 'FS'].includes(name)) throw new SimulatorGap(`awk -v ${assignment}`);
    variables.set(name, escapes(value.join('=')));
  }
  const between = options.get('F') ?? variables.get('FS') ?? ' ';
  if (between.length !== 1) throw new SimulatorGap(`awk with fields between ${between}`);
  const [program = '', ...files] = options.operands;
  const { applies, print } = parseRule(program);
  let whole = '';
  const status = eachInput(
    call,
    inputsOf(files),
    (text) => (whole += text),
    (name, problem) => `awk: cannot open ${name} (${problem})`,
  );
  for (const [index, text] of recordsOf(whole, variables.get('RS') ?? '\n').entries()) {
    const fields = between === ' ' ? text.split(/[ \t\n]+/).filter((field) => field !== '') : text.split(between);
    const record: Record = { text, number: index + 1, fields };
    if (!applies(record)) continue;
    call.out(print.map((item) => item(record)).join(variables.get('OFS') ?? ' ') + (variables.get('ORS') ?? '\n'));
  }
  return status === 0 ? 0 : 2;
};
