import { SimulatorGap } from '../../gap.ts';
import { field } from './value.ts';

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

const keysOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

const at = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) return value[key === '-' ? value.length : Number(key)] as unknown;
  return isContainer(value) && !Array.isArray(value) ? value[key] : undefined;
};

const parentOf = (document: unknown, keys: readonly string[]): Container | undefined => {
  let found = document;
  for (const key of keys.slice(0, -1)) found = at(found, key);
  return isContainer(found) ? found : undefined;
};

/** Go's maps have no order: neither has what is compared here. */
export const same = (a: unknown, b: unknown): boolean => {
  if (!isContainer(a) || !isContainer(b)) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, index) => same(one, b[index]))
    );
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(at(a, key), at(b, key)));
};

const put = (parent: Container, key: string, value: unknown, insert: boolean): void => {
  if (!Array.isArray(parent)) parent[key] = value;
  else if (insert) parent.splice(key === '-' ? parent.length : Number(key), 0, value);
  else parent[Number(key)] = value;
};

const remove = (parent: Container, key: string): void => {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
};

/** False where the API server refuses the operation, and with it the whole patch. */
const applyOne = (document: unknown, { op, path, value }: Operation): boolean => {
  const keys = keysOf(path);
  const key = keys.at(-1);
  const parent = parentOf(document, keys);
  if (key === undefined) throw new SimulatorGap(`kubectl patch: path "${path}"`);
  // A test for null is passed by what is not there (evanphx/json-patch, as the API server uses it).
  if (op === 'test') return same(parent === undefined ? undefined : at(parent, key), value);
  if (parent === undefined) return false;
  const there = at(parent, key) !== undefined;
  if (op === 'add') put(parent, key, value, true);
  else if (op === 'replace' && there) put(parent, key, value, false);
  else if (op === 'remove' && there) remove(parent, key);
  else if (op === 'replace' || op === 'remove') return false;
  else throw new SimulatorGap(`kubectl patch: operation ${op}`);
  return true;
};

/** RFC 6902: a new document, or undefined where one of the operations is refused. */
export const jsonPatch = (document: unknown, operations: readonly Operation[]): unknown => {
  const patched = structuredClone(document);
  return operations.every((operation) => applyOne(patched, operation)) ? patched : undefined;
};

/** RFC 7386: null removes. */
export const mergePatch = (document: unknown, patch: unknown): unknown => {
  if (!isContainer(patch) || Array.isArray(patch)) return structuredClone(patch);
  const merged: Record<string, unknown> = isContainer(document) && !Array.isArray(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
};

/** What `--patch` holds for `--type=json`. @throws SimulatorGap for what is no list of operations. */
export const operationsIn = (patch: unknown): readonly Operation[] => {
  if (!Array.isArray(patch)) throw new SimulatorGap('kubectl patch: not a list of operations');
  return patch.map((one: unknown) => {
    const [op, path] = [field(one, 'op'), field(one, 'path')];
    if (typeof op !== 'string' || typeof path !== 'string') throw new SimulatorGap('kubectl patch: not an operation');
    return { op, path, value: field(one, 'value') };
  });
};
