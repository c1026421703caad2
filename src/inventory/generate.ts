import type { Finding } from '../documents/finding.ts';
import { asList, asMap } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import { count as countSchema } from './schema.ts';
import { opaque } from './references.ts';

/** A file's data with each cluster that has a `count` written out so many times. */
export interface Generated {
  readonly root: RawMap;
  readonly findings: readonly Finding[];
  /** Where a value of a copy is written. */
  readonly asWritten: (path: Path) => Path;
}

/** What tells one copy from another: names, and how a machine is reached. */
const filled: ReadonlySet<string> = new Set(['name', 'host', 'address', 'port', 'endpoint']);
const placeholder = /\{\{(.*?)\}\}/g;

type Report = (finding: Finding) => void;

/** One copy, or with `index` undefined a cluster that has none: there every placeholder is one too many. */
const fillText = (text: string, path: Path, index: number | undefined, report: Report): unknown => {
  const result = text.replaceAll(placeholder, (whole, inner: string) => {
    const isIndex = inner.trim() === 'index';
    if (isIndex && index !== undefined) return String(index);
    const message = isIndex ? `${whole} has no meaning here: this cluster has no count` : `nothing is called ${whole}`;
    const hint = isIndex ? 'write `count: 3` beside its name' : 'only {{ index }} is known: 1 in the first copy';
    report({ path, message, hint });
    return whole;
  });
  return path.at(-1) === 'port' && result !== text && /^\d+$/.test(result) ? Number(result) : result;
};

const refuseText = (text: string, path: Path, index: number | undefined, report: Report): string => {
  if (index !== undefined && /\{\{\s*index\s*\}\}/.test(text))
    report({ path, message: `no placeholder is replaced here`, hint: `only in ${[...filled].join(', ')}` });
  return text;
};

const fill = (value: unknown, path: Path, index: number | undefined, report: Report): unknown => {
  if (typeof value === 'string')
    return filled.has(String(path.at(-1)))
      ? fillText(value, path, index, report)
      : refuseText(value, path, index, report);
  if (Array.isArray(value)) return value.map((item, at) => fill(item, [...path, at], index, report));
  const map = asMap(value);
  if (map === undefined) return value;
  return Object.fromEntries(
    Object.entries(map).map(([key, item]) => [key, opaque.has(key) ? item : fill(item, [...path, key], index, report)]),
  );
};

const copies = (raw: RawMap, path: Path, report: Report): readonly unknown[] => {
  if (!Object.hasOwn(raw, 'count')) return [fill(raw, path, undefined, report)];
  const counted = countSchema.safeParse(raw['count']);
  const { name } = raw;
  if (typeof name === 'string' && !/\{\{\s*index\s*\}\}/.test(name) && name !== '')
    report({
      path: [...path, 'name'],
      message: 'every copy of this cluster would have the same name',
      hint: `write ${JSON.stringify(`${name}-{{ index }}`)}`,
    });
  if (raw['protected'] === true)
    report({
      path: [...path, 'protected'],
      message: 'a generated cluster cannot be protected: count is for labs',
      hint: 'write a cluster that is worth protecting out, with its own hosts',
    });
  return Array.from({ length: counted.success ? counted.data : 1 }, (_, at) => fill(raw, path, at + 1, report));
};

/** Writes generated clusters out. Never throws; what is wrong with a placeholder is found where it is written. */
export const generateClusters = (root: RawMap): Generated => {
  const findings: Finding[] = [];
  const report: Report = (finding) => void findings.push(finding);
  if (!Object.hasOwn(root, 'clusters')) return { root, findings, asWritten: (path) => path };
  const origins: number[] = [];
  const clusters = asList(root['clusters']).flatMap((value, index) => {
    const raw = asMap(value);
    const own = raw === undefined ? [value] : copies(raw, ['clusters', index], report);
    origins.push(...own.map(() => index));
    return own;
  });
  const asWritten = (path: Path): Path => {
    const [top, index, ...rest] = path;
    const origin = top === 'clusters' && typeof index === 'number' ? origins[index] : undefined;
    return origin === undefined ? path : ['clusters', origin, ...rest];
  };
  return { root: Array.isArray(root['clusters']) ? { ...root, clusters } : root, findings, asWritten };
};
