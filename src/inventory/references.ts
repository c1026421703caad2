import { dirname, resolve } from 'node:path';
import type { Finding } from '../documents/finding.ts';
import { asMap } from '../documents/raw.ts';
import type { Path } from '../documents/raw.ts';

/** What references are resolved against. */
export interface Surroundings {
  /** The inventory file; relative paths in it are relative to its directory. */
  readonly file: string;
  /** What a relative `file` is relative to. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The operator's home directory: `~`. */
  readonly home: string;
}

/** A place is a file on this machine unless it is an address. */
type Kind = 'text' | 'file' | 'place';

/** Keys whose text may refer to the environment. Those of files on this machine are made absolute as well. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['host', 'text'],
  ['user', 'text'],
  ['jump', 'text'],
  ['patches', 'text'],
  ['config', 'text'],
  ['identityFile', 'file'],
  ['knownHostsFile', 'file'],
  ['manifest', 'file'],
  ['configuration', 'file'],
  ['to', 'place'],
  ['endpoint', 'text'],
] as const);

/** Their keys or words are the operator's own, or Kubernetes', not ours. */
export const opaque: ReadonlySet<string> = new Set(['labels', 'taints', 'command', 'check', 'kubelet']);

export interface Resolved {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/** The data with `${NAME}` and `~` replaced where they are allowed. What cannot be resolved is left and reported. */
export const resolveReferences = (value: unknown, around: Surroundings): Resolved => {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  return { value: walk(value, [], undefined, around, report), findings };
};

/** A region may be called as it likes: `labels`, for instance. */
const isLayerName = ([top, ...below]: Path): boolean =>
  below.length === 0 && (top === 'environments' || top === 'regions');

const walk = (
  value: unknown,
  path: Path,
  kind: Kind | undefined,
  around: Surroundings,
  report: (finding: Finding) => void,
): unknown => {
  if (typeof value === 'string') return kind === undefined ? value : resolveText(value, path, kind, around, report);
  if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index], kind, around, report));
  const map = asMap(value);
  if (map === undefined) return value;
  return Object.fromEntries(
    Object.entries(map).map(([key, item]) => [
      key,
      opaque.has(key) && !isLayerName(path) ? item : walk(item, [...path, key], kinds.get(key), around, report),
    ]),
  );
};

const resolveText = (
  text: string,
  path: Path,
  kind: Kind,
  around: Surroundings,
  report: (finding: Finding) => void,
): string => {
  const expanded = text.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      report({
        path,
        message: `expected \${NAME}, found ${whole}`,
        hint: 'only the name of a variable may stand there',
      });
      return whole;
    }
    const value = Object.hasOwn(around.env, name) ? around.env[name] : undefined;
    if (value !== undefined && value !== '') return value;
    report({ path, message: `the environment variable ${name} is not set`, hint: `export ${name}=…` });
    return whole;
  });
  const isFile = kind === 'file' || (kind === 'place' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(expanded));
  return isFile ? absolute(expanded, path, around, report) : expanded;
};

const absolute = (text: string, path: Path, around: Surroundings, report: (finding: Finding) => void): string => {
  if (text.trim() === '') return text;
  if (/^~[^/]/.test(text)) {
    report({ path, message: `expected a path, found ${JSON.stringify(text)}`, hint: 'only your own ~ is known: ~/…' });
    return text;
  }
  if (text.startsWith('~')) return resolve(around.home, `.${text.slice(1)}`);
  return resolve(around.cwd, dirname(around.file), text);
};
