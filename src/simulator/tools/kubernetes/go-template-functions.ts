import { SimulatorGap } from '../../gap.ts';
import { goQuote, goValue } from './go-quote.ts';
import { field, isList, isMap, type Value } from './value.ts';

/** Source: text/template, "Actions": false, 0, nil, and what is empty. */
export const truth = (value: Value): boolean => {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
};

const lengthOf = (value: Value): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new SimulatorGap('go-template: len of what has no length');
};

const indexOf = (value: Value, keys: readonly Value[]): Value => {
  let found = value;
  for (const key of keys) {
    if (isList(found) && typeof key === 'number') found = found[key];
    else if (isMap(found) && typeof key === 'string') found = found[key];
    else throw new SimulatorGap('go-template: index of nothing');
  }
  return found;
};

const formatted = (format: Value, values: readonly Value[]): string => {
  let at = 0;
  if (typeof format !== 'string') throw new SimulatorGap('go-template: printf without a format');
  return format.replaceAll(/%(.)/g, (verb, letter: string) => {
    if (letter === '%') return '%';
    const value = values[at++];
    if (letter === 'q') return typeof value === 'string' ? goQuote(value) : '%!q(<nil>)';
    if (letter === 's' || letter === 'v') return value === undefined ? `%!${letter}(<nil>)` : goValue(value);
    if (letter === 'd' && typeof value === 'number') return String(value);
    throw new SimulatorGap(`go-template: printf ${verb}`);
  });
};

/** kubectl's own. Source: cli-runtime, printers/template.go: whether the path of keys leads to something. */
const exists = ([value, ...keys]: readonly Value[]): boolean => {
  let found = value;
  for (const key of keys) {
    found = typeof key === 'string' ? field(found, key) : undefined;
    if (found === undefined) return false;
  }
  return true;
};

const functions: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  and: (values) => values.find((value) => !truth(value)) ?? values.at(-1),
  or: (values) => values.find(truth) ?? values.at(-1),
  not: ([value]) => !truth(value),
  eq: ([first, ...others]) => others.some((other) => other === first),
  ne: ([first, other]) => first !== other,
  len: ([value]) => lengthOf(value),
  index: ([value, ...keys]) => indexOf(value, keys),
  printf: ([format, ...values]) => formatted(format, values),
  print: (values) => values.map(goValue).join(''),
  exists,
};

/** A function by its name. @throws SimulatorGap for one that is not modelled. */
export const call = (name: string): ((values: readonly Value[]) => Value) => {
  const found = functions[name];
  if (found === undefined) throw new SimulatorGap(`go-template: function ${name}`);
  return found;
};
