import { SimulatorGap } from '../../gap.ts';
import { compileOnce, type Printer } from './compile-once.ts';
import { field, isList, isMap, type Value } from './value.ts';

type Path = (value: Value) => readonly Value[];

/** What kubectl prints for one value: text as it is, the rest as JSON with sorted keys. */
const printed = (value: Value): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? sortedJson(value) : JSON.stringify(value);
};

/** Go's encoding/json sorts the keys of maps. */
export const sortedJson = (value: Value): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

const step =
  /\.\.([\w-]+)|\.((?:[\w/-]|\\.)+)|\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+|\*)\]|\[\?\(@\.([\w.]+)(?:\s*==\s*(?:"([^"]*)"|(true|false)))?\)\]|\.\*/y;

const key =
  (name: string): Path =>
  (value) => {
    const found = field(value, name);
    return found === undefined ? [] : [found];
  };

const everything: Path = (value) => (isList(value) ? value : isMap(value) ? Object.values(value) : []);

/** The values of a key at every depth, what is nearer first. */
const deep =
  (name: string): Path =>
  (value) => [...key(name)(value), ...everything(value).flatMap(deep(name))];

/** Elements in which a path leads to the wanted value; without one: to anything. */
const filtered =
  (inner: Path, wanted: string | boolean | undefined): Path =>
  (value) =>
    isList(value)
      ? value.filter((one) => {
          const [found] = inner(one);
          return wanted === undefined ? found !== undefined : found === wanted;
        })
      : [];

const pathOf = (text: string): Path => {
  const steps: ((value: Value) => readonly Value[])[] = [];
  step.lastIndex = text.startsWith('$') || text.startsWith('@') ? 1 : 0;
  if (text === '.' || text === '@' || text === '$') return (value) => [value];
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (found === null) throw new SimulatorGap(`jsonpath: ${text}`);
    const [whole, anywhere, name, quoted, index, filter, words, flag] = found;
    const named = name ?? quoted;
    if (anywhere !== undefined) steps.push(deep(anywhere));
    else if (whole === '.*' || index === '*') steps.push(everything);
    else if (named !== undefined) steps.push(key(named.replaceAll(/\\(.)/g, '$1')));
    else if (index !== undefined)
      steps.push((value) => (isList(value) ? [value.at(Number(index))].filter((one) => one !== undefined) : []));
    else {
      const at = step.lastIndex;
      const inner = pathOf(`.${filter ?? ''}`);
      step.lastIndex = at;
      steps.push(filtered(inner, flag === undefined ? words : flag === 'true'));
    }
  }
  return (value) => steps.reduce<readonly Value[]>((values, one) => values.flatMap((each) => one(each)), [value]);
};

const segment = /\{([^{}"']*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{}"'])*)\}|[^{]+/y;

const parse = (text: string): readonly Printer[] => {
  const stack: { readonly nodes: Printer[]; readonly path?: Path }[] = [{ nodes: [] }];
  const add = (node: Printer): void => void stack.at(-1)?.nodes.push(node);
  segment.lastIndex = 0;
  while (segment.lastIndex < text.length) {
    const at = segment.lastIndex;
    const found = segment.exec(text);
    if (found === null) throw new SimulatorGap(`jsonpath: not understood at "${text.slice(at)}"`);
    const inner = found[1]?.trim();
    if (inner === undefined) add((_value, out) => void out.push(found[0]));
    else if (inner.startsWith('"')) {
      const literal = printed(JSON.parse(inner));
      add((_value, out) => void out.push(literal));
    } else if (inner.startsWith('range ')) stack.push({ nodes: [], path: pathOf(inner.slice(6).trim()) });
    else if (inner === 'end') {
      const { nodes, path } = stack.pop() ?? { nodes: [] };
      if (path === undefined) throw new SimulatorGap('jsonpath: {end} without {range}');
      add((value, out) => {
        for (const item of path(value)) for (const node of nodes) node(item, out);
      });
    } else {
      const path = pathOf(inner);
      add((value, out) => void out.push(path(value).map(printed).join(' ')));
    }
  }
  if (stack.length !== 1) throw new SimulatorGap('jsonpath: {range} without {end}');
  return stack[0]?.nodes ?? [];
};

/** Compiles a JSONPath template of kubectl. Source: kubernetes.io, "JSONPath Support"; keys that are missing print nothing. */
export const jsonPath = compileOnce(parse);
