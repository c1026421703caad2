import { addonSketches } from './addon-rules.ts';
import type { Finding } from '../documents/finding.ts';
import { asText } from '../documents/raw.ts';
import type { Sketch } from './sketch.ts';

export interface Manifests {
  /** The text of each manifest by its absolute path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Why a file cannot be read, in words, from what `node:fs` throws. */
export const readingProblem = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by you';
  return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
};

/** Reads every manifest that the inventory names, once. One that cannot be read, or is empty, is a finding. */
export const readManifests = (inventory: Sketch, readFile: (path: string) => string): Manifests => {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path, raw } of inventory.clusters.flatMap(addonSketches)) {
    const file = asText(raw['manifest']);
    if (file === undefined || file.trim() === '' || texts.has(file)) continue;
    try {
      const text = readFile(file);
      texts.set(file, text);
      if (text.trim() === '') findings.push({ path: [...path, 'manifest'], message: `the manifest ${file} is empty` });
    } catch (error) {
      findings.push({ path: [...path, 'manifest'], message: `the manifest ${file} ${readingProblem(error)}` });
    }
  }
  return { texts, findings };
};
