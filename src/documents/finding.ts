import type { InputProblem } from '../model/errors.ts';
import { pathText } from './raw.ts';
import type { Path } from './raw.ts';
import type { YamlSource } from './yaml-source.ts';

/** A problem by its place in the data; it gets its line when it is reported. */
export interface Finding {
  readonly path: Path;
  /** What the position points at; the value unless said. */
  readonly at?: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** In the order of the file. */
export const inOrder = (problems: readonly InputProblem[]): InputProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);

/**
 * Findings with their lines and columns. Of several about one value the first is kept:
 * the later ones are consequences.
 */
export const toProblems = (findings: readonly Finding[], source: YamlSource): InputProblem[] => {
  const problems = new Map<string, InputProblem>();
  for (const { path, at = 'value', message, hint } of findings) {
    const text = pathText(path);
    if (problems.has(text)) continue;
    const position = source.locate(path, at);
    problems.set(text, {
      file: source.file,
      ...position,
      path: text,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return [...problems.values()];
};
