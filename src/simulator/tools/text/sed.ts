import { SimulatorGap } from '../../gap.ts';
import { Kept } from '../../kept.ts';
import { errorTexts } from '../../shell/redirect.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';
import { eachInput, inputsOf, linesOf } from './input.ts';
import { readOptions, type Options } from './options.ts';
import { parseSed, type Address, type Replacement, type SedCommand, type Work } from './sed-script.ts';

const substituted = (by: Replacement, match: RegExpExecArray): string =>
  by.map((one) => (typeof one === 'string' ? one : (match[one] ?? ''))).join('');

/** One run of a script over its input. */
class Editor {
  readonly #lines: readonly string[];
  readonly #endsWithFeed: boolean;
  readonly #quiet: boolean;
  /** Ranges that have begun, and the line at which they end where that is known. */
  readonly #ranges = new Map<number, number>();
  #at = -1;
  #space = '';
  #out = '';
  /** Whether the last line that was printed lacks its line feed: looking at `#out` would copy it at every line. */
  #isOpen = false;

  constructor(text: string, quiet: boolean) {
    this.#lines = linesOf(text);
    this.#endsWithFeed = text === '' || text.endsWith('\n');
    this.#quiet = quiet;
  }

  run(commands: readonly SedCommand[]): string {
    while (this.#at + 1 < this.#lines.length) {
      this.#at += 1;
      this.#space = this.#lines[this.#at] ?? '';
      const end = this.#all(commands);
      if (end !== 'deleted' && !this.#quiet) this.#print();
      if (end === 'quit') break;
    }
    return this.#out;
  }

  /** GNU sed leaves a missing last line feed missing. */
  #print(): void {
    if (this.#isOpen) this.#out += '\n';
    const lacksFeed = this.#isLast() && !this.#endsWithFeed;
    this.#out += lacksFeed ? this.#space : `${this.#space}\n`;
    this.#isOpen = lacksFeed && this.#space !== '';
  }

  #isLast(): boolean {
    return this.#at === this.#lines.length - 1;
  }

  #matches(address: Address): boolean {
    switch (address.t) {
      case 'line':
        return this.#at + 1 === address.number;
      case 'last':
        return this.#isLast();
      case 'match':
        return address.expression.test(this.#space);
      case 'more':
        return false;
    }
  }

  #selected({ addresses: [first, second], id }: SedCommand): boolean {
    if (first === undefined) return true;
    if (second === undefined) return this.#matches(first);
    const end = this.#ranges.get(id);
    if (end === undefined) {
      if (!this.#matches(first)) return false;
      const line = this.#at + 1;
      if (second.t === 'line' && second.number <= line) return true;
      const known = second.t === 'line' ? second.number : second.t === 'more' ? line + second.lines : Infinity;
      if (known > line) this.#ranges.set(id, known);
      return true;
    }
    if (this.#at + 1 >= end || this.#matches(second)) this.#ranges.delete(id);
    return true;
  }

  #all(commands: readonly SedCommand[]): 'done' | 'deleted' | 'quit' {
    for (const command of commands) {
      if (this.#selected(command) === command.negated) continue;
      const end = this.#do(command.work);
      if (end !== 'done') return end;
    }
    return 'done';
  }

  #do(work: Work): 'done' | 'deleted' | 'quit' {
    switch (work.t) {
      case 'block':
        return this.#all(work.commands);
      case 'substitute':
        this.#substitute(work);
        return 'done';
      case 'print':
        this.#print();
        return 'done';
      case 'delete':
        return 'deleted';
      case 'quit':
        return 'quit';
      case 'number':
        this.#out += `${this.#at + 1}\n`;
        this.#isOpen = false;
        return 'done';
      case 'next':
        return this.#next();
      case 'append-next':
        return this.#appendNext();
    }
  }

  #next(): 'done' | 'quit' {
    if (this.#isLast()) return 'quit';
    if (!this.#quiet) this.#print();
    this.#at += 1;
    this.#space = this.#lines[this.#at] ?? '';
    return 'done';
  }

  #appendNext(): 'done' | 'quit' {
    if (this.#isLast()) return 'quit';
    this.#at += 1;
    this.#space += `\n${this.#lines[this.#at] ?? ''}`;
    return 'done';
  }

  #substitute({ expression, by, all, nth, prints }: Extract<Work, { t: 'substitute' }>): void {
    expression.lastIndex = 0;
    let [result, from, count, end] = ['', 0, 0, -1];
    for (let match = expression.exec(this.#space); match !== null; match = expression.exec(this.#space)) {
      const isEmpty = match[0] === '';
      if (isEmpty) expression.lastIndex += 1;
      // Nothing right behind a match is no match of its own.
      if (isEmpty && match.index === end) continue;
      end = match.index + match[0].length;
      count += 1;
      if (count >= nth) {
        result += this.#space.slice(from, match.index) + substituted(by, match);
        from = match.index + match[0].length;
        if (!all) break;
      }
    }
    if (count < nth) return;
    this.#space = result + this.#space.slice(from);
    if (prints) this.#print();
  }
}

const names = { flags: 'nErsi', values: 'e', long: { quiet: 'n', 'regexp-extended': 'E', expression: 'e' } } as const;

const results = new Kept<string>(1500);
/** What is longer is not kept. */
const longestKept = 64 * 1024;

/** What a script makes of a text. Files and processes' arguments are looked at again and again, and seldom change. */
const edited = (script: string, extended: boolean, quiet: boolean, text: string): string => {
  const commands = parseSed(script, extended);
  const edit = (): string => new Editor(text, quiet).run(commands);
  return text.length > longestKept
    ? edit()
    : results.of(`${extended ? 'E' : 'B'}${quiet ? 'n' : '-'}${script}\0${text}`, edit);
};

/** `-i`: a new file beside the old one takes its place, with its mode. Source: GNU sed 4.9, execute.c, `closedown`. */
const editInPlace = (call: Call, script: string, options: Options, paths: readonly string[]): number => {
  const { files } = call.host;
  for (const name of paths) {
    const path = call.path(name);
    const found = files.stat(path);
    if (found?.kind !== 'file') {
      call.err(`sed: can't read ${name}: No such file or directory\n`);
      return 2;
    }
    const text = edited(script, options.has('E') || options.has('r'), options.has('n'), files.read(path));
    const beside = `${path.slice(0, path.lastIndexOf('/'))}/sedK4vT2x`;
    try {
      files.write(beside, text, call.actor, { mode: found.mode });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (files.stat(beside) !== undefined) files.remove(beside, call.actor);
      call.err(`sed: couldn't flush ${beside}: ${errorTexts[error.code]}\n`);
      return 4;
    }
    files.move(beside, path, call.actor);
  }
  return 0;
};

/** sed(1), GNU. */
export const sed: Tool = (call) => {
  const options = readOptions(call.argv, names);
  const given = options.all('e');
  const script = given.length > 0 ? given.join('\n') : options.operands[0];
  if (script === undefined) throw new SimulatorGap('sed without a script');
  const extended = options.has('E') || options.has('r');
  const texts: string[] = [];
  if (options.has('i'))
    return editInPlace(call, script, options, given.length > 0 ? options.operands : options.operands.slice(1));
  const operands = given.length > 0 ? options.operands : options.operands.slice(1);
  const status = eachInput(
    call,
    inputsOf(operands),
    (text) => texts.push(text),
    (name, problem) =>
      problem === 'Is a directory'
        ? `sed: couldn't edit ${name}: not a regular file`
        : `sed: can't read ${name}: ${problem}`,
  );
  const whole = texts.map((text, index) =>
    index < texts.length - 1 && text !== '' && !text.endsWith('\n') ? `${text}\n` : text,
  );
  call.out(edited(script, extended, options.has('n'), whole.join('')));
  return status === 0 ? 0 : 2;
};
