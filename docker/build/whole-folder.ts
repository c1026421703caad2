import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Fills a folder that exists only when it is whole: the work happens beside it under a temporary name, so that an
 * interrupted build leaves nothing that later counts as built.
 */
export async function wholeFolder(folder: string, fill: (work: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}.`;
  mkdirSync(parent, { recursive: true });
  for (const left of readdirSync(parent))
    if (left.startsWith(prefix)) rmSync(join(parent, left), { recursive: true, force: true });
  const work = join(parent, `${prefix}${process.pid}`);
  mkdirSync(work);
  await fill(work);
  renameSync(work, folder);
  return folder;
}
