import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseAst } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/** What is needed of ESTree here: a node is anything with a `type`. */
interface TreeNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  /** `run/observe.ts` for a file of ours, otherwise as it is written: `zod`, `node:fs`. */
  readonly target: string;
  readonly ours: boolean;
  /** Erased when the program runs. */
  readonly typeOnly: boolean;
  /** Loaded when it is asked for (`import()`). */
  readonly late: boolean;
}

export interface SourceFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Its own: what the functions take that it makes is counted there. */
  readonly lines: number;
}

export interface SourceFile {
  /** Below `src/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly SourceFunction[];
  /** `a.b.c(` → `a.b.c`: what is called, as far as it is written out. */
  readonly calls: readonly string[];
  /** `export … from`. */
  readonly reExports: boolean;
}

const isNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const children = (node: TreeNode): readonly TreeNode[] =>
  Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));

const every = (node: TreeNode): readonly TreeNode[] => [node, ...children(node).flatMap(every)];

const textOf = (value: unknown, key: string): string | undefined => {
  if (!isNode(value)) return undefined;
  const found = value[key];
  return typeof found === 'string' ? found : undefined;
};

const dotted = (node: unknown): string => {
  if (!isNode(node)) return '?';
  if (node.type === 'Identifier') return textOf(node, 'name') ?? '?';
  if (node.type === 'ThisExpression') return 'this';
  return node.type === 'MemberExpression' ? `${dotted(node['object'])}.${dotted(node['property'])}` : '?';
};

const allTypes = (node: TreeNode): boolean => {
  const kind = node['importKind'] ?? node['exportKind'];
  if (kind === 'type') return true;
  const names = Array.isArray(node['specifiers']) ? node['specifiers'].filter(isNode) : [];
  return names.length > 0 && names.every((name) => (name['importKind'] ?? name['exportKind']) === 'type');
};

const importsOf = (file: string, nodes: readonly TreeNode[]): readonly Import[] =>
  nodes.flatMap((node) => {
    const written = textOf(node['source'], 'value');
    if (written === undefined || !/^(Import|Export)/.test(node.type)) return [];
    const ours = written.startsWith('.');
    const target = ours ? normalize(join(dirname(file), written)) : written;
    return [{ target, ours, typeOnly: allTypes(node), late: node.type === 'ImportExpression' }];
  });

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** The name that a function is known by: its own, or that of the variable or property that holds it. */
const nameFrom = (parent: TreeNode | undefined, node: TreeNode): string =>
  textOf(node['id'], 'name') ?? textOf(parent?.['id'], 'name') ?? textOf(parent?.['key'], 'name') ?? '(anonymous)';

const functionsOf = (file: string, text: string, node: TreeNode, parent?: TreeNode): readonly SourceFunction[] => {
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const inner = children(node).flatMap((child) => functionsOf(file, text, child, node));
  if (!functionTypes.has(node.type)) return inner;
  const line = lineAt(node.start);
  const whole = lineAt(node.end) - line + 1;
  // A line that a function within begins or ends on is still this one's.
  const within = inner.reduce((sum, { lines }) => sum + Math.max(0, lines - 1), 0);
  return [{ name: nameFrom(parent, node), file, line, lines: whole - within }, ...inner];
};

const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(root, 'src', path), 'utf8');
  const tree: unknown = parseAst(text.replace(/^#!/, '//'), { lang: 'ts' });
  if (!isNode(tree)) throw new Error(`${path} was not parsed`);
  const nodes = every(tree);
  const calls = nodes.flatMap((node) => (node.type === 'CallExpression' ? [dotted(node['callee'])] : []));
  const reExports = nodes.some((node) => node.type.startsWith('Export') && isNode(node['source']));
  const lines = text.trimEnd().split('\n').length;
  return {
    path,
    text,
    lines,
    imports: importsOf(path, nodes),
    functions: functionsOf(path, text, tree),
    calls,
    reExports,
  };
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(join(root, folder), join(entry.parentPath, entry.name)))
    .toSorted();

/** Every file below `src/`. */
export const sources: readonly SourceFile[] = filesBelow('src').map(readSource);

/** Every test file, below `test/`. */
export const testFiles: readonly string[] = filesBelow('test').filter((file) => file.endsWith('.test.ts'));

/** One way round that imports lead, or undefined. */
export const findCircle = (edges: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
};
