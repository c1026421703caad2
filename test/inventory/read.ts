import { InvalidInput } from '../../src/model/errors.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import type { Inventory, InventorySources } from '../../src/inventory/load.ts';

const files: Readonly<Record<string, string>> = {
  '/repo/cni.yaml': 'kind: DaemonSet\n',
  '/repo/empty.yaml': '\n',
};

const readFile = (path: string): string => {
  const text = files[path];
  if (text !== undefined) return text;
  throw Object.assign(new Error(`no ${path}`), { code: path.endsWith('.d') ? 'EISDIR' : 'ENOENT' });
};

const sources: InventorySources = {
  file: 'inv.yaml',
  env: { USER: 'me', SITE: 'paris', EMPTY: '' },
  home: '/home/me',
  cwd: '/repo',
  readFile,
};

/** Lines 1 and 2 of every case. */
export const head = 'apiVersion: nodeops/v1\nkind: Inventory\n';

/** A cluster without faults, in one line, so that the cases before it decide. */
export const oneNode = 'nodes: [{ name: cp1, host: 10.0.0.1, role: control-plane }]\n';

export const read = (text: string, other: Partial<InventorySources> = {}): Inventory =>
  parseInventory(text, { ...sources, ...other });

/** The whole message of a file that must be refused. */
export const refusal = (text: string, other: Partial<InventorySources> = {}): string => {
  try {
    read(text, other);
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  throw new Error('the inventory was accepted');
};

/** Removes the indentation of a template literal and its first line break. */
export const yaml = (strings: TemplateStringsArray): string => {
  const [text = ''] = strings.raw;
  const indent = /^\n( *)/.exec(text)?.[1] ?? '';
  return (
    text
      .replace(/^\n/, '')
      .replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      .trimEnd() + '\n'
  );
};
