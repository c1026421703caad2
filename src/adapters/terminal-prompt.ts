import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../model/errors.ts';
import type { Prompt } from '../ports/prompt.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where questions go: stderr, so that stdout can be redirected. */
  readonly output: NodeJS.WritableStream;
}

/** Takes what readline echoes. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

const readAnswer = async (terminal: Terminal, question: string, echo: boolean): Promise<string> => {
  const output = echo ? terminal.output : nowhere();
  // With `terminal: true` readline puts the tty into raw mode, so that the kernel does not echo either.
  const lines = createInterface({ input: terminal.input, output, terminal: true, historySize: 0 });
  const interrupted = new AbortController();
  lines.on('SIGINT', () => interrupted.abort());
  lines.on('close', () => interrupted.abort());
  if (!echo) terminal.output.write(question);
  try {
    return await lines.question(echo ? question : '', { signal: interrupted.signal });
  } catch (error) {
    throw new UsageError('no answer was given', { cause: error });
  } finally {
    lines.close();
    if (!echo) terminal.output.write('\n');
  }
};

const needTerminal = (terminal: Terminal, alternative: string): void => {
  if (terminal.input.isTTY !== true) throw new UsageError(`there is no terminal to ask at: ${alternative}`);
};

/** Asks on a tty; what is typed as a secret is not shown. Without a tty it is a UsageError. */
export const createTerminalPrompt = (
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Prompt => ({
  secret: async (question) => {
    needTerminal(
      terminal,
      `${question.replace(/: *$/, '')} can come from the environment instead: { env: NAME } in the inventory`,
    );
    return await readAnswer(terminal, question, false);
  },
  ask: async (question) => {
    needTerminal(terminal, `"${question.trim()}" has to be answered by an option of the command, see --help`);
    return (await readAnswer(terminal, question, true)).trim();
  },
  confirm: async (question) => {
    needTerminal(terminal, `"${question}" has to be confirmed by an option of the command, see --help`);
    const answer = await readAnswer(terminal, `${question} [y/N] `, true);
    return /^y(es)?$/i.test(answer.trim());
  },
});
