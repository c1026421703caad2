import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What the demo says between the programs: plain lines, with colours where the terminal wants them. */
export interface Narrator {
  /** What comes next. */
  title(text: string): void;
  say(...lines: readonly string[]): void;
  /** A command, as a person would type it. */
  typed(line: string): void;
  /** Something that happens to the program that runs. */
  struck(...lines: readonly string[]): void;
}

export const createNarrator = (out: NodeJS.WriteStream): Narrator => {
  const write = (style: Style, lines: readonly string[]): void => {
    for (const line of lines) out.write(`${line === '' ? '' : styleText(style, line, { stream: out })}\n`);
  };
  return {
    title: (text) => write(['bold', 'cyan'], ['', `━━ ${text}`]),
    say: (...lines) => write('cyan', lines),
    typed: (line) => write('bold', ['', `$ ${line}`, '']),
    struck: (...lines) => write(['bold', 'red'], ['', ...lines]),
  };
};
