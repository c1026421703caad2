import { SimulatorGap } from '../../gap.ts';
import { regularExpression } from './regular-expression.ts';

export type Address =
  | { readonly t: 'line'; readonly number: number }
  | { readonly t: 'last' }
  | { readonly t: 'match'; readonly expression: RegExp }
  | { readonly t: 'more'; readonly lines: number };

/** A piece of a replacement: text, or a group by its number (0 is the whole match). */
export type Replacement = readonly (string | number)[];

export type Work =
  | {
      readonly t: 'substitute';
      readonly expression: RegExp;
      readonly by: Replacement;
      readonly all: boolean;
      readonly nth: number;
      readonly prints: boolean;
    }
  | { readonly t: 'print' | 'delete' | 'quit' | 'next' | 'append-next' | 'number' }
  | { readonly t: 'block'; readonly commands: readonly SedCommand[] };

export interface SedCommand {
  readonly addresses: readonly Address[];
  readonly negated: boolean;
  readonly work: Work;
  /** Its place in the script: a range remembers whether it has begun. */
  readonly id: number;
}

const letters = { p: 'print', d: 'delete', q: 'quit', n: 'next', N: 'append-next', '=': 'number' } as const;
const isLetter = (char: string): char is keyof typeof letters => char in letters;

class SedParser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  #ids = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  commands(inBlock = false): SedCommand[] {
    const commands: SedCommand[] = [];
    for (;;) {
      while (/[\s;]/.test(this.#peek())) this.#at += 1;
      if (this.#peek() === '') break;
      if (this.#peek() === '}' && inBlock) {
        this.#at += 1;
        return commands;
      }
      commands.push(this.#command());
    }
    if (inBlock) throw new SimulatorGap(`sed: unmatched { in ${this.#text}`);
    return commands;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skipBlanks(): void {
    while (/[ \t]/.test(this.#peek())) this.#at += 1;
  }

  #command(): SedCommand {
    const addresses: Address[] = [];
    const first = this.#address();
    if (first !== undefined) {
      addresses.push(first);
      this.#skipBlanks();
      if (this.#peek() === ',') {
        this.#at += 1;
        this.#skipBlanks();
        const second = this.#address();
        if (second === undefined) throw new SimulatorGap(`sed: an address is missing in ${this.#text}`);
        addresses.push(second);
      }
    }
    this.#skipBlanks();
    const negated = this.#peek() === '!';
    if (negated) this.#at += 1;
    this.#skipBlanks();
    return { addresses, negated, work: this.#work(), id: this.#ids++ };
  }

  #address(): Address | undefined {
    const char = this.#peek();
    const number = /^(\+?)(\d+)(~?)/.exec(this.#text.slice(this.#at));
    if (number !== null) {
      const [whole, plus, digits, step] = number;
      if (step === '~') throw new SimulatorGap(`sed: first~step in ${this.#text}`);
      this.#at += whole.length;
      return plus === '+' ? { t: 'more', lines: Number(digits) } : { t: 'line', number: Number(digits) };
    }
    if (char === '$') {
      this.#at += 1;
      return { t: 'last' };
    }
    if (char !== '/' && char !== '\\') return undefined;
    this.#at += char === '/' ? 0 : 1;
    const text = this.#delimited();
    const flag = this.#peek() === 'I';
    if (flag) this.#at += 1;
    return { t: 'match', expression: this.#expression(text, flag ? 'i' : '') };
  }

  #expression(text: string, flags: '' | 'i' | 'g' | 'gi'): RegExp {
    if (text === '') throw new SimulatorGap('sed: the empty regular expression');
    return regularExpression(text, this.#extended, flags);
  }

  /** From a delimiter here up to the next one, which is taken; an escaped delimiter stands for itself. */
  #delimited(delimiter = this.#text.charAt(this.#at++), isExpression = true): string {
    let text = '';
    for (let inBracket = false; ;) {
      const char = this.#text.charAt(this.#at++);
      if (char === '') throw new SimulatorGap(`sed: ${this.#text} has no end`);
      if (char === '\\') {
        const escaped = this.#text.charAt(this.#at++);
        text += escaped === delimiter ? escaped : inBracket && escaped === 'n' ? '\n' : `\\${escaped}`;
        continue;
      }
      if (char === delimiter && !inBracket) return text;
      if (isExpression && char === '[' && !inBracket) {
        inBracket = true;
        text += char;
        const start = /^\^?\]?/.exec(this.#text.slice(this.#at))?.[0] ?? '';
        this.#at += start.length;
        text += start;
        continue;
      }
      const named = inBracket ? /^\[:\w+:\]/.exec(this.#text.slice(this.#at - 1))?.[0] : undefined;
      if (named !== undefined) {
        text += named;
        this.#at += named.length - 1;
        continue;
      }
      if (char === ']') inBracket = false;
      text += char;
    }
  }

  #work(): Work {
    const char = this.#text.charAt(this.#at++);
    if (char === '{') return { t: 'block', commands: this.commands(true) };
    if (char === 's') return this.#substitute();
    if (isLetter(char)) {
      this.#skipBlanks();
      if (!/[\s;}]|^$/.test(this.#peek())) throw new SimulatorGap(`sed: ${this.#text}`);
      return { t: letters[char] };
    }
    throw new SimulatorGap(`sed's ${char} is not modelled: ${this.#text}`);
  }

  #substitute(): Work {
    const delimiter = this.#text.charAt(this.#at++);
    const pattern = this.#delimited(delimiter);
    const replacement = this.#delimited(delimiter, false);
    const flags = /^[a-zA-Z0-9]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += flags.length;
    const count = /\d+/.exec(flags)?.[0];
    if (!/^[gpiI0-9]*$/.test(flags)) throw new SimulatorGap(`sed: the flags ${flags} of ${this.#text}`);
    const expression = this.#expression(pattern, /i/i.test(flags) ? 'gi' : 'g');
    const [all, prints, nth] = [flags.includes('g'), flags.includes('p'), Number(count ?? '1')];
    return { t: 'substitute', expression, by: replacementOf(replacement), all, nth, prints };
  }
}

const replacementOf = (text: string): Replacement =>
  [...text.matchAll(/\\([0-9])|(&)|\\([^])|[^\\&]+/g)].map(([whole, group, ampersand, escaped]) => {
    if (group !== undefined) return Number(group);
    if (ampersand !== undefined) return 0;
    if (escaped === undefined) return whole;
    if (escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    if (/[A-Za-z]/.test(escaped)) throw new SimulatorGap(`sed: \\${escaped} in a replacement`);
    return escaped;
  });

const parsed = new Map<string, readonly SedCommand[]>();

/** A script of sed(1), kept once parsed. @throws SimulatorGap for a command that is not modelled. */
export const parseSed = (text: string, extended: boolean): readonly SedCommand[] => {
  const key = `${extended ? 'E' : 'B'}${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  if (parsed.size > 1000) parsed.clear();
  const commands = new SedParser(text, extended).commands();
  parsed.set(key, commands);
  return commands;
};
