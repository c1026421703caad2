import { join, resolve } from 'node:path';
import { exitCode, InvalidInput, UsageError, type InputProblem } from '../../model/errors.ts';
import { readingProblem } from '../../inventory/manifests.ts';
import { paintFor } from '../../report/paint.ts';
import { playbooksText, playbookText, type PlaybookOutline, type UnreadPlaybook } from '../../report/playbook-text.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { outlineOf } from '../playbook-outline.ts';
import { isPath, namedPlaybook, playbookSource, shippedNames, shippedPlaybook, wholePlaybook } from '../playbooks.ts';

export interface PlaybookOutputOptions {
  readonly output: OutputFormat;
}

export interface PlaybookShowOptions {
  readonly output: OutputFormat | 'yaml';
}

/** Beside playbooks, a directory has inventories and manifests. */
const isPlaybook = (text: string): boolean => /^kind:\s*["']?Playbook["']?\s*(#.*)?$/m.test(text);

const problemsOf = (read: () => unknown): readonly InputProblem[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems;
  }
};

const filesOf = (parts: Parts, directory: string): readonly string[] => {
  try {
    return parts
      .listDirectory(resolve(parts.cwd, directory))
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => (directory === '.' ? `./${file}` : join(directory, file)))
      .filter((file) => isPlaybook(parts.readFile(resolve(parts.cwd, file))))
      .toSorted();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`the directory ${directory} ${readingProblem(error)}`, { cause: error });
  }
};

/** `nodeops playbook list [DIRECTORY]`. Connects to nothing. @throws UsageError for a directory that cannot be read. */
export const playbookList = (
  parts: Parts,
  directory: string | undefined,
  { output }: PlaybookOutputOptions,
): number => {
  const found: PlaybookOutline[] = shippedNames(parts)
    .toSorted()
    .map((name) => outlineOf(shippedPlaybook(parts, name)));
  const unread: UnreadPlaybook[] = [];
  for (const file of directory === undefined ? [] : filesOf(parts, directory)) {
    const { length: problems } = problemsOf(() => found.push(outlineOf(wholePlaybook(parts, file), file)));
    if (problems > 0) unread.push({ file, problems });
  }
  parts.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ playbooks: found, unread })}\n`
      : playbooksText(found, unread, paintFor(parts.stdout, parts.env)),
  );
  return exitCode.done;
};

/** `nodeops playbook show NAME`. Connects to nothing. @throws UsageError for an unknown name, InvalidInput for a wrong file. */
export const playbookShow = (parts: Parts, nameOrPath: string, { output }: PlaybookShowOptions): number => {
  const playbook = namedPlaybook(parts, nameOrPath);
  if (output === 'yaml') {
    parts.stdout.write(playbookSource(parts, nameOrPath));
    return exitCode.done;
  }
  const outline = outlineOf(playbook, isPath(nameOrPath) ? nameOrPath : undefined);
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify(outline)}\n` : playbookText(outline, paintFor(parts.stdout, parts.env)),
  );
  return exitCode.done;
};

/**
 * `nodeops playbook validate FILE...`. Connects to nothing. @throws InvalidInput with everything that is wrong in any of
 * them, UsageError for a file that cannot be read.
 */
export const playbookValidate = (parts: Parts, files: readonly string[]): number => {
  const wrong = files.flatMap((file) => problemsOf(() => wholePlaybook(parts, file)));
  if (wrong.length > 0) throw new InvalidInput(wrong);
  for (const file of files) {
    const { phases, name } = wholePlaybook(parts, file);
    parts.stdout.write(`${file}: ${name}, ${phases.length} ${phases.length === 1 ? 'phase' : 'phases'}, is valid\n`);
  }
  return exitCode.done;
};
