import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { recipe } from '../paths.ts';

/** A short name for "made from exactly this": any change to a part gives another one. */
export function hashOf(parts: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(parts).toSorted()) hash.update(`${name}\0${parts[name]}\0`);
  return hash.digest('hex').slice(0, 12);
}

/** The hash of files and folders beneath docker/, plus values that are not in a file. */
export function recipeHash(paths: readonly string[], values: Readonly<Record<string, string>> = {}): string {
  const files = paths.flatMap((path) => filesBeneath(join(recipe, path)));
  return hashOf({
    ...values,
    ...Object.fromEntries(files.map((file) => [relative(recipe, file), readFileSync(file, 'utf8')])),
  });
}

function filesBeneath(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
