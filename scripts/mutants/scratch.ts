import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** What a simulation needs of the repository: type stripping needs no build. */
const parts = ['src', 'playbooks', 'scripts', 'package.json'] as const;

/** A copy that is changed and thrown away. */
export interface Scratch {
  readonly directory: string;
  remove(): void;
}

/** Copies what a simulation needs from a repository (or another copy); `modules` is linked, not copied. */
export const copyOf = (from: string, modules: string): Scratch => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-mutant-'));
  for (const part of parts) cpSync(join(from, part), join(directory, part), { recursive: true });
  symlinkSync(modules, join(directory, 'node_modules'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
};

/**
 * Applies a patch in a directory, exactly or not at all; why it does not apply, or undefined. git looks for no
 * repository above: there it would pass over files that it does not know.
 */
export const applyPatch = async (
  directory: string,
  patch: string,
  ...options: readonly string[]
): Promise<string | undefined> => {
  const { failed, stderr } = await execa('git', ['apply', '--verbose', ...options, patch], {
    cwd: directory,
    env: { GIT_CEILING_DIRECTORIES: dirname(directory) },
    reject: false,
  });
  return failed ? (stderr.split('\n').find((line) => line.startsWith('error: ')) ?? stderr) : undefined;
};
