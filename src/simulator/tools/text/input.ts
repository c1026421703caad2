import { FileError } from '../../world/files.ts';
import { mayRead } from '../../shell/permission.ts';
import { errorTexts } from '../../shell/redirect.ts';
import type { Call } from '../../shell/tool.ts';

/** A file's text, or why there is none, as the C library says it. `-` is standard input. */
export const readInput = (call: Call, name: string): { readonly text: string } | { readonly problem: string } => {
  if (name === '-') return { text: call.stdin() };
  const path = call.path(name);
  if (path === '/dev/stdin') return { text: call.stdin() };
  try {
    if (!mayRead(call.host.files, path, call.uid)) return { problem: errorTexts.EACCES };
    return { text: call.host.files.read(path) };
  } catch (error) {
    if (error instanceof FileError) return { problem: errorTexts[error.code] };
    throw error;
  }
};

/** Standard input where no file is named. */
export const inputsOf = (operands: readonly string[]): readonly string[] => (operands.length === 0 ? ['-'] : operands);

/** A text's lines without their line feeds; what follows the last line feed is a line only where it is not empty. */
export const linesOf = (text: string): string[] => {
  if (text === '') return [];
  const lines = text.split('\n');
  if (text.endsWith('\n')) lines.pop();
  return lines;
};

/**
 * Texts of all inputs; for each one that cannot be read, `complain` makes the message.
 * @returns the exit code 1 where there was such a one.
 */
export const eachInput = (
  call: Call,
  names: readonly string[],
  use: (text: string, name: string) => void,
  complain: (name: string, problem: string) => string = (name, problem) => `${call.argv[0]}: ${name}: ${problem}`,
): number => {
  let status = 0;
  for (const name of names) {
    const input = readInput(call, name);
    if ('text' in input) use(input.text, name);
    else {
      call.err(`${complain(name, input.problem)}\n`);
      status = 1;
    }
  }
  return status;
};

/** Does something to files; where the C library refuses, `complain` makes the message. @returns 0 or 1. */
export const attempt = (
  call: Call,
  work: () => void,
  complain: (problem: string, error: FileError) => string,
): number => {
  try {
    work();
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.err(`${call.argv[0]}: ${complain(errorTexts[error.code], error)}\n`);
    return 1;
  }
};
