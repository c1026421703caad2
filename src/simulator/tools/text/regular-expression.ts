import { SimulatorGap } from '../../gap.ts';
import { bracketAt } from '../../shell/pattern.ts';

const compiled = new Map<string, RegExp>();

const gnuClasses = new Set(['w', 'W', 's', 'S', 'b', 'B']);

/** Turns POSIX syntax into JavaScript's. Alternatives are tried in order, not for the longest match. */
class Translation {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  #source = '';
  /** Nothing stands before this place that could be repeated. */
  #isStart = true;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  source(): string {
    while (this.#at < this.#text.length) this.#next();
    return this.#source;
  }

  #emit(source: string, length: number, isStart = false): void {
    this.#source += source;
    this.#at += length;
    this.#isStart = isStart;
  }

  #next(): void {
    const char = this.#text.charAt(this.#at);
    const following = this.#text.charAt(this.#at + 1);
    if (char === '[') this.#bracket();
    else if (char === '\\') this.#escape(following);
    else if (char === '.') this.#emit('[^]', 1);
    else if (char === '*') this.#emit(this.#isStart ? String.raw`\*` : '*', 1);
    else if (char === '^') this.#caret();
    else if (char === '$') this.#dollar();
    else if ('+?{}()|'.includes(char)) this.#sign(char);
    else this.#emit(/[/\]]/.test(char) ? `\\${char}` : char, 1);
  }

  #sign(char: string): void {
    if (!this.#extended) this.#emit(`\\${char}`, 1);
    else if (char === '{' && !/^\{\d*(,\d*)?\}/.test(this.#text.slice(this.#at))) this.#emit(String.raw`\{`, 1);
    else this.#emit(char, 1, char === '(' || char === '|');
  }

  #caret(): void {
    const anchors = this.#extended || this.#isStart;
    this.#emit(anchors ? '^' : String.raw`\^`, 1, true);
  }

  #dollar(): void {
    const rest = this.#text.slice(this.#at + 1);
    const anchors = this.#extended || rest === '' || rest.startsWith(String.raw`\)`) || rest.startsWith(String.raw`\|`);
    this.#emit(anchors ? '$' : String.raw`\$`, 1);
  }

  #bracket(): void {
    const bracket = bracketAt(this.#text, this.#at, false);
    if (bracket === undefined) throw new SimulatorGap(`the regular expression ${this.#text} has an open bracket`);
    this.#emit(bracket.source, bracket.end - this.#at);
  }

  #escape(following: string): void {
    if (following === '') throw new SimulatorGap(`the regular expression ${this.#text} ends in a backslash`);
    if (/[1-9]/.test(following)) this.#emit(`\\${following}(?:)`, 2);
    else if (gnuClasses.has(following)) this.#emit(`\\${following}`, 2);
    else if (following === 'n') this.#emit(String.raw`\n`, 2);
    else if (following === 't') this.#emit(String.raw`\t`, 2);
    else if (following === '<') this.#emit(String.raw`\b(?=\w)`, 2);
    else if (following === '>') this.#emit(String.raw`\b(?<=\w)`, 2);
    else if (!this.#extended && '+?{}()|'.includes(following))
      this.#emit(following, 2, following === '(' || following === '|');
    else if (/[A-Za-z`']/.test(following)) throw new SimulatorGap(`\\${following} in a regular expression`);
    else this.#emit(`\\${following}`.replace(/^\\([^.*+?^${}()|[\]\\/])$/, '$1'), 2);
  }
}

/**
 * A basic or extended regular expression (POSIX.1-2017 XBD 9, with GNU's additions), kept once compiled.
 * @throws SimulatorGap for what is not modelled.
 */
export const regularExpression = (text: string, extended: boolean, flags: '' | 'i' | 'g' | 'gi' = ''): RegExp => {
  const key = `${extended ? 'E' : 'B'}${flags} ${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size > 2000) compiled.clear();
  const made = new RegExp(new Translation(text, extended).source(), flags);
  compiled.set(key, made);
  return made;
};
