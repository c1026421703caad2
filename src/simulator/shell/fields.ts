import { escapePattern } from './pattern.ts';

const patternSign = /[*?[]/;

/** What IFS holds where nobody changed it, and a sign of it in a text. */
const usual = ' \t\n';
const usualSign = /[ \t\n]/;

/** Fields that come of one word: split where an unquoted expansion holds separators (POSIX.1-2017 XCU 2.6.5). */
export class Fields {
  readonly #separators: string;
  readonly #splits: boolean;
  readonly list: { text: string; pattern: string | undefined }[] = [];
  #text = '';
  /** Its pattern, once something quoted in it must not be taken for one. */
  #pattern = '';
  #isPattern = false;
  #begun = false;

  constructor(separators: string, splits: boolean) {
    this.#separators = separators;
    this.#splits = splits;
  }

  quoted(text: string): void {
    this.#text += text;
    this.#pattern += escapePattern(text);
    this.#begun = true;
  }

  literal(text: string): void {
    this.#text += text;
    this.#pattern += text;
    if (text !== '') this.#begun = true;
    if (patternSign.test(text)) this.#isPattern = true;
  }

  /** What an unquoted expansion gave. */
  expanded(text: string): void {
    if (!this.#splits) {
      this.literal(text);
      return;
    }
    if (this.#separators === usual && !usualSign.test(text)) {
      this.literal(text);
      return;
    }
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      if (!this.#separators.includes(char)) continue;
      this.literal(text.slice(start, at));
      start = at + 1;
      // Blanks at the edges make no empty fields, other separators do.
      if (this.#begun || !' \t\n'.includes(char)) this.split();
    }
    this.literal(text.slice(start));
  }

  split(): void {
    this.list.push({ text: this.#text, pattern: this.#isPattern ? this.#pattern : undefined });
    this.#text = '';
    this.#pattern = '';
    this.#isPattern = false;
    this.#begun = false;
  }

  end(): this {
    if (this.#begun) this.split();
    return this;
  }

  /** Without splitting: the one text, and the one pattern. */
  get whole(): { readonly text: string; readonly pattern: string } {
    return { text: this.#text, pattern: this.#pattern };
  }
}
