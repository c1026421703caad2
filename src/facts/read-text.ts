import { parse } from 'yaml';
import { z } from 'zod';
import { parseVersion } from '../model/version.ts';
import type { Output } from './fact.ts';

/** JSON, or undefined where it is none. */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The lines of a script of ours that says `end` last; undefined where it broke off. Nothing at all: nothing to tell. */
export const linesBeforeEnd = ({ stdout, code }: Output): readonly string[] | undefined => {
  if (code === 0 && stdout === '') return [];
  const lines = stdout.trimEnd().split('\n');
  return code === 0 && lines.pop() === 'end' ? lines : undefined;
};

/** Manifests and configurations of a few clusters' nodes. */
const mostTexts = 200;

/**
 * A pure reader that keeps what it made of the last texts: the nodes of a cluster have mostly the same files, which are
 * looked at again and again. What it returns is shared: nobody may change it.
 */
export const readOnce = <T>(read: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined || known.has(text)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the map has it, whatever T is
      return kept as T;
    }
    if (known.size >= mostTexts) known.clear();
    const made = read(text);
    known.set(text, made);
    return made;
  };
};

/** One YAML document, or undefined where it is none. Kept: nobody may change it. */
export const readYaml = readOnce((text: string): unknown => {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
});

/** `v1.36.3` or `1.36.3` → a Version. */
export const versionText = z.string().transform((text, context) => {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  context.addIssue(`not a version: ${text}`);
  return z.NEVER;
});
