import { resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { pathText } from '../documents/raw.ts';
import { readingProblem } from '../inventory/manifests.ts';
import { savedPlanFormat, type SavedPlan } from '../plan/saved-plan.ts';
import { savedPlanHead, savedPlanSchema } from '../plan/saved-plan-schema.ts';
import type { Parts } from './parts.ts';

const again = 'make it anew with: nodeops plan … --out FILE --force';

const mostTold = 5;

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `the plan ${file} is not JSON: ${error instanceof Error ? error.message : String(error)}\n    ${again}`,
      { cause: error },
    );
  }
};

/**
 * The text of a file of saved plans → the plans. Total: plans or UsageError.
 * @throws UsageError for what is no such file, is of another format, or has something wrong in it, each with its path.
 */
export const parseSavedPlan = (text: string, file: string): SavedPlan => {
  const raw = parseJson(text, file);
  const head = savedPlanHead.safeParse(raw);
  if (!head.success) throw new UsageError(`${file} is no plan that nodeops saved\n    ${again}`);
  if (head.data.format !== savedPlanFormat)
    throw new UsageError(
      `the plan ${file} has format ${JSON.stringify(head.data.format) ?? 'none'}, and this nodeops reads format ${savedPlanFormat}\n    ${again}`,
    );
  const found = savedPlanSchema.safeParse(raw);
  if (found.success) return found.data;
  const told = found.error.issues.map(({ path, message }) => {
    const keys = path.map((key) => (typeof key === 'number' ? key : String(key)));
    return `    ${pathText(keys)}: expected ${message}`;
  });
  const more = told.length > mostTold ? [`    and ${told.length - mostTold} more`] : [];
  throw new UsageError(
    [`the plan ${file} is damaged:`, ...told.slice(0, mostTold), ...more, `    ${again}`].join('\n'),
  );
};

/** Reads a file of saved plans. @throws UsageError when it cannot be read, and as parseSavedPlan. */
export const readSavedPlan = (parts: Parts, file: string): SavedPlan => {
  let text: string;
  try {
    text = parts.readFile(resolve(parts.cwd, file));
  } catch (error) {
    throw new UsageError(`the plan ${file} ${readingProblem(error)}\n    make one with: nodeops plan … --out ${file}`, {
      cause: error,
    });
  }
  return parseSavedPlan(text, file);
};

/** A file that `--out` names and that must not be there yet. @throws UsageError when it is, or its folder is not. */
export const checkPlanFile = async (parts: Parts, file: string, force: boolean): Promise<void> => {
  const there = await parts.privateFiles.find(resolve(parts.cwd, file));
  if (there === 'no folder') throw new UsageError(`--out ${file}: the directory does not exist\n    make it first`);
  if (there === 'folder') throw new UsageError(`--out ${file} is a directory\n    name a file in it`);
  if (there === 'file' && !force)
    throw new UsageError(`--out ${file} exists already\n    name another file, or write over it with --force`);
};

/** Writes it whole or not at all, readable by its owner only. */
export const writeSavedPlan = (parts: Parts, file: string, saved: SavedPlan, force: boolean): Promise<void> =>
  parts.privateFiles.write(resolve(parts.cwd, file), `${JSON.stringify(saved)}\n`, { replace: force });
