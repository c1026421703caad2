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

/** One YAML document, or undefined where it is none. */
export const readYaml = (text: string): unknown => {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
};

/** `v1.36.3` or `1.36.3` → a Version. */
export const versionText = z.string().transform((text, context) => {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  context.addIssue(`not a version: ${text}`);
  return z.NEVER;
});
