import type { Command, CommandResult, Effect } from '../model/command.ts';
import { describeExit } from '../model/exit.ts';
import { read, scratch } from '../commands/build.ts';
import { commandLine, quote, quoteWord } from '../commands/quote.ts';
import type { Output } from './fact.ts';

/** A command with the name under which its answer is found again. */
export interface Question {
  readonly id: string;
  readonly command: Command;
}

/** What came of one question: what the command printed, or why that is not known. */
export type Framed = { readonly output: Output } | { readonly unavailable: string };

/** One argument holds at most 128 KiB (execve(2), MAX_ARG_STRLEN), and sudo and its environment come on top. */
const longestLine = 100 * 1024;
/** Beyond it, standard input travels as such, in a frame of its own. */
const longestInlineStdin = 16 * 1024;
const longestWaitMs = 300_000;

const seconds = (command: Command): number => Math.max(1, Math.ceil(command.timeoutMs / 1000));

const ownStdin = ({ stdin, secret }: Command): boolean =>
  stdin !== undefined && (secret === true || Buffer.byteLength(stdin) > longestInlineStdin);

const checkQuestion = ({ id, command }: Question): void => {
  if (/[\n\r\0]/.test(id) || id === '') throw new TypeError(`${JSON.stringify(id)} cannot name a frame`);
  if (command.effect === 'write' || command.lifetime !== 'attached')
    throw new TypeError(`${id} is not a question: ${command.effect}, ${command.lifetime}`);
};

const asking = ({ id }: Question): string => `m ${quoteWord(`asks ${id}`)}`;

/**
 * The token is a variable: the marker lines as such stand nowhere in the script, so that a command that prints process
 * lists does not print them. A marker begins with a newline of its own; output without one comes back as it was.
 */
const prologue = (token: string, questions: readonly Question[]): string =>
  [
    'export LC_ALL=C',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH',
    // kubectl otherwise keeps what it discovers in $HOME/.kube/cache: asking would write to the node.
    'KUBECACHEDIR=/dev/null; export KUBECACHEDIR',
    'cd /',
    `t=${quoteWord(token)}`,
    String.raw`m() { printf '\n%s %s\n' "$t" "$1"; printf '\n%s %s\n' "$t" "$1" >&2; }`,
    ...questions.map(asking),
  ].join('\n');

const input = (command: Command): { readonly before: string; readonly after: string } => {
  if (command.stdin === undefined) return { before: '', after: ' </dev/null' };
  return ownStdin(command)
    ? { before: '', after: '' }
    : { before: `printf %s ${quoteWord(command.stdin)} | `, after: '' };
};

const part = ({ id, command }: Question): string => {
  const { before, after } = input(command);
  const line = `timeout -k 2 ${seconds(command)} ${commandLine(command, 'none')}`;
  return [
    `m ${quoteWord(`begin ${id}`)}`,
    `( ${before}${line}${after} )`,
    `m "end $? ${seconds(command)} "${quoteWord(id)}`,
  ].join('\n');
};

const assemble = (questions: readonly Question[], token: string): Command => {
  const effect: Effect = questions.some(({ command }) => command.effect === 'scratch') ? 'scratch' : 'read';
  const script = [prologue(token, questions), ...questions.map(part), 'exit 0', ''].join('\n');
  const total = questions.reduce((sum, { command }) => sum + seconds(command) * 1000 + 2000, 5000);
  const longest = Math.max(...questions.map(({ command }) => command.timeoutMs)) + 10_000;
  const fed = questions.find(({ command }) => ownStdin(command))?.command;
  return (effect === 'scratch' ? scratch : read)(['sh', '-c', script], {
    timeoutMs: Math.max(longest, Math.min(total, longestWaitMs)),
    ...(fed?.stdin === undefined ? {} : { stdin: fed.stdin }),
    ...(fed?.secret === undefined ? {} : { secret: fed.secret }),
  });
};

/** Bytes of a line as the node's shell gets it. */
const lineLength = (question: Question, token: string): number =>
  Buffer.byteLength(quote(assemble([question], token).argv));

/** Bytes by which one more question makes a line longer: every quote within the script takes four characters there. */
const addedLength = (question: Question): number => {
  const text = `${asking(question)}\n${part(question)}\n`;
  return Buffer.byteLength(text) + 3 * (text.split("'").length - 1);
};

/**
 * Several questions as one command (more, where it would become too long for one argument): each runs in turn as root,
 * whatever its `become`, under a time limit of its own, with its output between lines that hold `token`, which is to be
 * random. Source: timeout(1), `-k`; dash(1). @throws TypeError for a write or for two questions of one name.
 */
export const frameCommands = (questions: readonly Question[], token: string): readonly Command[] => {
  if (!/^[A-Za-z0-9]{8,}$/.test(token)) throw new TypeError('a token is made of eight or more letters and digits');
  if (new Set(questions.map(({ id }) => id)).size !== questions.length)
    throw new TypeError('two questions of one name');
  questions.forEach(checkQuestion);
  const groups: Question[][] = [];
  let length = 0;
  const feeding = questions.filter(({ command }) => ownStdin(command));
  for (const question of questions.filter(({ command }) => !ownStdin(command))) {
    const group = groups.at(-1);
    const added = group === undefined ? 0 : addedLength(question);
    if (group === undefined || length + added > longestLine) {
      groups.push([question]);
      length = lineLength(question, token);
    } else {
      group.push(question);
      length += added;
    }
  }
  return [...groups, ...feeding.map((question) => [question])].map((group) => assemble(group, token));
};

interface Piece {
  readonly text: string;
  readonly code: number;
  readonly seconds: number;
}

/** What one stream holds: the names asked for, and the pieces whose begin and end follow one another. */
const piecesOf = (stream: string, token: string): { asked: readonly string[]; pieces: ReadonlyMap<string, Piece> } => {
  const marker = new RegExp(String.raw`\n${token} (asks|begin|end (\d+) (\d+)) ([^\n]*)\n`, 'g');
  const asked: string[] = [];
  const pieces = new Map<string, Piece>();
  let open: { readonly id: string; readonly from: number } | undefined;
  for (const found of stream.matchAll(marker)) {
    const [whole, kind = '', code = '', limit = '', id = ''] = found;
    if (kind === 'asks') asked.push(id);
    else if (kind === 'begin') open = { id, from: found.index + whole.length };
    else {
      if (open?.id === id)
        pieces.set(id, { text: stream.slice(open.from, found.index), code: Number(code), seconds: Number(limit) });
      open = undefined;
    }
  }
  return { asked, pieces };
};

const framed = (out: Piece, err: Piece): Framed => {
  if (out.code === 124) return { unavailable: `timed out after ${out.seconds} s` };
  if (out.code === 137) return { unavailable: `was killed, or timed out after ${out.seconds} s` };
  return { output: { stdout: out.text, stderr: err.text, code: out.code } };
};

/** Finds the answers again. Total: what did not come back whole is unavailable, with the reason. */
export const splitFrames = (result: CommandResult, token: string): ReadonlyMap<string, Framed> => {
  const out = piecesOf(result.stdout, token);
  const err = piecesOf(result.stderr, token);
  const lost = result.truncated
    ? 'the answer was too long to be kept'
    : `its answer did not come back whole (${describeExit(result.exit)})`;
  const names = new Set([...out.asked, ...err.asked, ...out.pieces.keys(), ...err.pieces.keys()]);
  return new Map(
    [...names].map((id) => {
      const stdout = out.pieces.get(id);
      const stderr = err.pieces.get(id);
      // With the middle dropped, a frame can lack a part between markers that are both there.
      if (result.truncated || stdout === undefined || stderr === undefined) return [id, { unavailable: lost }];
      return [id, framed(stdout, stderr)];
    }),
  );
};
