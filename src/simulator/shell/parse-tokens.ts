import type { Redirect, Word } from './ast.ts';
import { endsWord, makeWord } from './make-word.ts';
import type { WordReader } from './parse-word.ts';
import { Source, type ScriptMistake } from './source.ts';

const redirection = /(\d*)(<<-|<<|<>|<&|>>|>&|>\||<|>)/y;

const reserved = new Set('! { } if then else elif fi for in do done while until case esac'.split(' '));
const isReserved = (word: string | undefined): boolean => word !== undefined && reserved.has(word);

interface HereDocument {
  readonly delimiter: string;
  readonly stripTabs: boolean;
  readonly literal: boolean;
  readonly fill: (text: Word) => void;
}

type Operator = Redirect['operator'];
const operatorOf = (text: string): Operator => {
  switch (text) {
    case '<':
    case '>':
    case '>|':
    case '>>':
    case '<>':
    case '<&':
    case '>&':
      return text;
    default:
      return '<<';
  }
};

/** Delimiter of a here-document: as it is written, without its quotes. */
const delimiterOf = (word: Word): { readonly delimiter: string; readonly literal: boolean } => {
  const texts = word.parts.map((part) => (part.t === 'text' ? part.text : '$'));
  return { delimiter: texts.join(''), literal: word.parts.some((part) => part.t === 'text' && part.quoted) };
};

/** What commands are made of: words, reserved words, signs, line ends and the here-documents behind them. */
export class Tokens {
  readonly #source: Source;
  readonly #words: WordReader;
  #waiting: HereDocument[] = [];

  constructor(source: Source, words: WordReader) {
    this.#source = source;
    this.#words = words;
  }

  word(): Word | undefined {
    return this.#words.word();
  }

  atNewline(): boolean {
    this.#source.skipBlanks();
    return this.#source.peek() === '\n';
  }

  /** Over one line feed, and the here-documents that follow it. */
  newline(): boolean {
    if (!this.atNewline()) return false;
    this.#source.next();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one.fill(this.#hereDocument(one));
    return true;
  }

  skipNewlines(): void {
    while (this.newline());
    this.#source.skipBlanks();
  }

  #hereDocument({ delimiter, stripTabs, literal }: HereDocument): Word {
    const { line: startLine } = this.#source;
    const lines: string[] = [];
    for (;;) {
      const line = this.#source.readLine();
      const stripped = stripTabs ? line?.replace(/^\t+/, '') : line;
      if (stripped === undefined || stripped === delimiter) break;
      lines.push(`${stripped}\n`);
    }
    const text = lines.join('');
    if (literal) return makeWord([{ t: 'text', text, quoted: true }]);
    return this.#words.within(new Source(text, startLine)).hereDocument();
  }

  /** The unquoted word that stands here, not taken. */
  peekPlain(): string | undefined {
    const { text, at } = this.#source;
    let end = at;
    while (!endsWord(text.charAt(end))) {
      if (end - at > 5 || '\'"\\$`'.includes(text.charAt(end))) return undefined;
      end += 1;
    }
    return end === at ? undefined : text.slice(at, end);
  }

  takeReserved(word: string): boolean {
    if (this.peekPlain() !== word) return false;
    this.#source.take(word);
    return true;
  }

  expectReserved(word: string): void {
    this.skipNewlines();
    if (!this.takeReserved(word)) throw this.unexpected(word);
  }

  expect(sign: string): void {
    this.#source.skipBlanks();
    if (!this.#source.take(sign)) throw this.unexpected(sign);
  }

  /** dash's complaint about what stands here. */
  unexpected(expected?: string): ScriptMistake {
    const source = this.#source;
    source.skipBlanks();
    const tail = expected === undefined ? '' : ` (expecting "${expected}")`;
    if (source.ended) return source.mistake(`end of file unexpected${tail}`);
    if (source.peek() === '\n') return source.mistake(`newline unexpected${tail}`);
    const sign = ['&&', '||', ';;'].find((one) => source.startsWith(one));
    const plain = this.peekPlain();
    const shown = sign ?? (isReserved(plain) ? plain : endsWord(source.peek()) ? source.peek() : undefined);
    return source.mistake(shown === undefined ? `word unexpected${tail}` : `"${shown}" unexpected${tail}`);
  }

  /** Takes a redirection, if there is one here. */
  redirect(into: Redirect[]): boolean {
    redirection.lastIndex = this.#source.at;
    const [whole, digits = '', sign = ''] = redirection.exec(this.#source.text) ?? [];
    if (whole === undefined) return false;
    this.#source.take(whole);
    this.#source.skipBlanks();
    const target = this.word();
    if (target === undefined) throw this.unexpected();
    const operator = operatorOf(sign);
    const fd = digits === '' ? (operator.startsWith('<') ? 0 : 1) : Number(digits);
    if (operator !== '<<') into.push({ fd, operator, target });
    else this.#awaitDocument(into, fd, sign, target);
    return true;
  }

  #awaitDocument(into: Redirect[], fd: number, sign: string, target: Word): void {
    const place = into.length;
    into.push({ fd, operator: '<<', target: makeWord([]) });
    const fill = (text: Word): void => {
      into[place] = { fd, operator: '<<', target: text };
    };
    this.#waiting.push({ ...delimiterOf(target), stripTabs: sign === '<<-', fill });
  }
}
