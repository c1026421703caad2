import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';
import type { InputProblem } from '../model/errors.ts';
import { yamlWording } from './yaml-errors.ts';
import type { Path } from './raw.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain data, with the way back from the data to its lines. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  /** What is wrong with it as YAML. */
  readonly problems: readonly InputProblem[];
  /** False when the data cannot be trusted, because the problems are worse than a repeated key. */
  readonly readable: boolean;
  /** The position of a value or of its key; for a path that does not exist, of the nearest thing around it. */
  locate(path: Path, at: 'key' | 'value'): Position;
  /** A scalar as it stands in the file (`0x16`, `1.30`); undefined for maps, lists and what does not exist. */
  written(path: Path): string | undefined;
}

const tooTangled = 'the YAML anchors and aliases of this file cannot be resolved';

/** Reads one YAML document. Never throws: what is wrong is in `problems`. */
export const readYaml = (text: string, file: string): YamlSource => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // Quieter, and a second document would go unnoticed.
    logLevel: 'error',
    stringKeys: true,
    // Without floats `1.30` stays the text that was written; no key of ours takes one.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:float'),
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report = (offset: number, wording: { message: string; hint?: string }): InputProblem => ({
    file,
    ...positionOf(offset),
    path: '',
    ...wording,
  });
  const errors = [...document.errors, ...document.warnings];
  const problems = [
    ...errors.map((error) => report(error.pos[0], yamlWording(error))),
    ...badAliases(document).map((offset) =>
      report(offset, {
        message: 'this YAML alias has no anchor before it, or stands inside its own anchor',
        hint: 'quote text that begins with `*`',
      }),
    ),
  ];
  const converted = problems.length > errors.length ? { failed: true as const } : toData(document);
  if ('failed' in converted && problems.length === 0) problems.push(report(0, { message: tooTangled }));
  return {
    file,
    value: 'failed' in converted ? undefined : converted.value,
    problems: firstOfLine(problems),
    readable: !('failed' in converted) && errors.every((error) => error.code === 'DUPLICATE_KEY'),
    locate: (path, at) => positionOf(walk(document, path, at).offset),
    written: (path) => writtenAs(walk(document, path, 'value').node, text),
  };
};

/** The first problem of each line: one slip makes the parser stumble over everything that follows. */
const firstOfLine = (problems: readonly InputProblem[]): InputProblem[] => [
  ...new Map(problems.toReversed().map((problem) => [problem.line, problem])).values(),
];

/** Aliases without an anchor, or inside the very thing that they stand for. */
const badAliases = (document: Document): number[] => {
  const offsets: number[] = [];
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(document);
      if (target === undefined || ancestors.includes(target)) offsets.push(alias.range?.[0] ?? 0);
    },
  });
  return offsets;
};

const toData = (document: Document): { readonly value: unknown } | { readonly failed: true } => {
  try {
    return { value: document.toJS() as unknown };
  } catch {
    // More alias expansions than the library allows (it guards against "billion laughs").
    return { failed: true };
  }
};

interface Place {
  readonly offset: number;
  /** Undefined when the path does not exist. */
  readonly node: Node | undefined;
}

const walk = (document: Document, path: Path, at: 'key' | 'value'): Place => {
  let node = resolved(document.contents, document);
  let offset = node?.range?.[0] ?? 0;
  for (const [index, key] of path.entries()) {
    const next = step(node, key);
    if (next === undefined) return { offset, node: undefined };
    node = resolved(next.value, document);
    offset = (index === path.length - 1 && at === 'key' ? next.keyOffset : next.value?.range?.[0]) ?? offset;
  }
  return { offset, node };
};

interface Step {
  readonly value: Node | undefined;
  readonly keyOffset: number | undefined;
}

const step = (node: Node | undefined, key: string | number): Step | undefined => {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return isNode(item) ? { value: item, keyOffset: item.range?.[0] } : undefined;
  }
  if (!isMap(node)) return undefined;
  // The last of repeated keys is the one whose value counts.
  const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(key));
  if (pair === undefined) return undefined;
  const keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
  return { value: isNode(pair.value) ? pair.value : undefined, keyOffset };
};

const resolved = (node: Node | null | undefined, document: Document): Node | undefined =>
  (isAlias(node) ? node.resolve(document) : node) ?? undefined;

const writtenAs = (node: Node | undefined, text: string): string | undefined =>
  isScalar(node) && node.range ? text.slice(node.range[0], node.range[1]) : undefined;
