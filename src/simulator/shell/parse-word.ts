import { SimulatorGap } from '../gap.ts';
import type { Command, ParameterOperator, Part, Word } from './ast.ts';
import { endsWord, makeWord } from './make-word.ts';
import type { Source } from './source.ts';

/** Parses commands up to the `)` that ends a substitution, which is taken. */
export type ParseInner = (source: Source) => Command;
/** Parses the commands of a text of its own: what stood between backquotes. */
export type ParseText = (text: string, line: number) => Command;

export interface InnerParsers {
  readonly untilParenthesis: ParseInner;
  readonly text: ParseText;
}

const isNameStart = (char: string): boolean => /[A-Za-z_]/.test(char);
const nameAt = (source: Source): string => {
  const start = source.at;
  let end = start;
  while (/[A-Za-z0-9_]/.test(source.text.charAt(end))) end += 1;
  source.at = end;
  return source.text.slice(start, end);
};

/** Reads words: quoting, expansions, and where they end (POSIX.1-2017 XCU 2.2, 2.3, 2.6). */
export class WordReader {
  readonly #source: Source;
  readonly #inner: InnerParsers;

  constructor(source: Source, inner: InnerParsers) {
    this.#source = source;
    this.#inner = inner;
  }

  /** A reader of the same kind for a text of its own. */
  within(source: Source): WordReader {
    return new WordReader(source, this.#inner);
  }

  /** A word at this place, or undefined where there is none. */
  word(): Word | undefined {
    const parts = this.#parts(endsWord);
    return parts.length === 0 ? undefined : makeWord(parts);
  }

  /** A here-document's text, whose expansions are those between double quotes. */
  hereDocument(): Word {
    return makeWord(this.#quotedParts(''));
  }

  #parts(ends: (char: string) => boolean): readonly Part[] {
    const source = this.#source;
    const parts: Part[] = [];
    const start = source.at;
    for (;;) {
      const char = source.peek();
      if (char === '' || ends(char)) break;
      this.#part(char, parts);
    }
    // '' is a word, too, and `\` with a line feed is none.
    if (parts.length === 0 && source.at > start && /['"]/.test(source.text.slice(start, source.at)))
      parts.push({ t: 'text', text: '', quoted: true });
    return parts;
  }

  #part(char: string, parts: Part[]): void {
    const source = this.#source;
    if (char === "'") this.#singleQuoted(parts);
    else if (char === '"') {
      source.next();
      const inner = this.#quotedParts('"');
      parts.push(...(inner.length === 0 ? [{ t: 'text', text: '', quoted: true } as const] : inner));
    } else if (char === '\\') {
      source.next();
      if (source.ended) parts.push({ t: 'text', text: '\\', quoted: true });
      else {
        const escaped = source.next();
        if (escaped !== '\n') parts.push({ t: 'text', text: escaped, quoted: true });
      }
    } else if (char === '$' || char === '`') parts.push(this.#expansion(false));
    else parts.push({ t: 'text', text: this.#plain(), quoted: false });
  }

  /** A run of characters that mean themselves. */
  #plain(): string {
    const source = this.#source;
    const start = source.at;
    source.next();
    while (/[A-Za-z0-9_/.,:=+%@-]/.test(source.peek())) source.at += 1;
    return source.text.slice(start, source.at);
  }

  #singleQuoted(parts: Part[]): void {
    const source = this.#source;
    const end = source.text.indexOf("'", source.at + 1);
    if (end === -1) throw this.#unterminated();
    const text = source.text.slice(source.at + 1, end);
    for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', feed + 1)) source.line += 1;
    source.at = end + 1;
    parts.push({ t: 'text', text, quoted: true });
  }

  #unterminated(): Error {
    while (!this.#source.ended) this.#source.next();
    return this.#source.mistake('Unterminated quoted string');
  }

  /** Up to an unescaped `end`, which is taken; '' is the end of the text. */
  #quotedParts(end: string): readonly Part[] {
    const source = this.#source;
    const parts: Part[] = [];
    for (;;) {
      if (source.ended) {
        if (end === '') return parts;
        throw this.#unterminated();
      }
      const char = source.peek();
      if (char === end) {
        source.next();
        return parts;
      }
      if (char === '$' || char === '`') parts.push(this.#expansion(true));
      else if (char === '"' && end === '}') {
        source.next();
        parts.push(...this.#quotedParts('"'));
      } else parts.push({ t: 'text', text: this.#quotedRun(end), quoted: true });
    }
  }

  #quotedRun(end: string): string {
    const source = this.#source;
    let text = '';
    for (;;) {
      const char = source.peek();
      if (char === '' || char === '$' || char === '`' || char === end) return text;
      if (char === '"' && end === '}') return text;
      source.next();
      if (char !== '\\') text += char;
      else {
        const escaped = source.peek();
        const special =
          escaped === '$' ||
          escaped === '`' ||
          escaped === '\\' ||
          (escaped === '"' && end !== '') ||
          (escaped === '}' && end === '}');
        if (escaped === '\n') source.next();
        else text += special ? source.next() : '\\';
      }
    }
  }

  #expansion(quoted: boolean): Part {
    const source = this.#source;
    if (source.peek() === '`') return { t: 'command', body: this.#backquoted(quoted), quoted };
    source.next();
    const char = source.peek();
    if (source.take('((')) return { t: 'arithmetic', word: this.#arithmetic(), quoted };
    if (source.take('(')) return { t: 'command', body: this.#inner.untilParenthesis(source), quoted };
    if (source.take('{')) return this.#braced(quoted);
    if (isNameStart(char)) return { t: 'parameter', name: nameAt(source), operator: '', word: undefined, quoted };
    if (char !== '' && '@*#?$!-0123456789'.includes(char)) {
      source.next();
      return { t: 'parameter', name: char, operator: '', word: undefined, quoted };
    }
    return { t: 'text', text: '$', quoted };
  }

  #backquoted(quoted: boolean): Command {
    const source = this.#source;
    const { line } = source;
    source.next();
    let text = '';
    for (;;) {
      if (source.ended) throw source.mistake('EOF in backquote substitution');
      const char = source.next();
      if (char === '`') return this.#inner.text(text, line);
      const escaped = source.peek();
      const unescapes = escaped === '`' || escaped === '\\' || escaped === '$' || (quoted && escaped === '"');
      text += char === '\\' && unescapes ? source.next() : char;
    }
  }

  #arithmetic(): Word {
    const source = this.#source;
    const parts: Part[] = [];
    for (let depth = 0; ;) {
      const char = source.peek();
      if (char === '') throw source.mistake('Unterminated quoted string');
      if (char === '$' || char === '`') parts.push(this.#expansion(true));
      else if (depth === 0 && source.take('))')) return makeWord(parts);
      else {
        if (char === '(') depth += 1;
        if (char === ')') depth -= 1;
        if (char === ')' && depth < 0) throw new SimulatorGap('`$((…) )` is not modelled');
        if (char !== '"') parts.push({ t: 'text', text: char, quoted: true });
        source.next();
      }
    }
  }

  #braced(quoted: boolean): Part {
    const source = this.#source;
    if (source.peek() === '#' && source.peek(1) !== '}') {
      source.next();
      const name = this.#parameterName();
      if (!source.take('}')) throw source.mistake('Bad substitution');
      return { t: 'parameter', name, operator: 'length', word: undefined, quoted };
    }
    const name = this.#parameterName();
    const operator = operatorsByLength.find((one) => source.take(one)) ?? '';
    if (operator === '' && source.peek() !== '}') throw source.mistake('Bad substitution');
    const isPattern = operator.startsWith('#') || operator.startsWith('%');
    const inner = quoted && !isPattern ? this.#quotedParts('}') : this.#parts((char) => char === '}');
    if (!(quoted && !isPattern) && !source.take('}')) throw source.mistake("Missing '}'");
    return { t: 'parameter', name, operator, word: operator === '' ? undefined : makeWord(inner), quoted };
  }

  #parameterName(): string {
    const source = this.#source;
    const char = source.peek();
    if (isNameStart(char)) return nameAt(source);
    if (/[0-9]/.test(char)) return nameAt(source);
    if (char !== '' && '@*#?$!-'.includes(char)) return source.next();
    throw source.mistake(source.ended ? "Missing '}'" : 'Bad substitution');
  }
}

const operatorsByLength: readonly ParameterOperator[] = [
  ':-',
  ':=',
  ':?',
  ':+',
  '##',
  '%%',
  '-',
  '=',
  '?',
  '+',
  '#',
  '%',
];
