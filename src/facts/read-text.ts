import { parse } from 'yaml';
import { z } from 'zod';
import { parseVersion } from '../model/version.ts';

/** JSON, or undefined where it is none. */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
