/** A script that the shell itself refuses, with dash's words. */
export class ScriptMistake extends Error {
  override readonly name = 'ScriptMistake';
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** A place in a script. */
export class Source {
  readonly text: string;
  at = 0;
  line: number;

  constructor(text: string, line = 1) {
    this.text = text;
    this.line = line;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** '' at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  next(): string {
    const char = this.text.charAt(this.at++);
    if (char === '\n') this.line += 1;
    return char;
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Over a text without line feeds, if it is here. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Over blanks, joined lines and a comment: the end of the line is not taken. */
  skipBlanks(): void {
    for (;;) {
      const char = this.peek();
      if (char === ' ' || char === '\t') this.at += 1;
      else if (char === '\\' && this.peek(1) === '\n') {
        this.at += 2;
        this.line += 1;
      } else if (char === '#') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end === -1 ? this.text.length : end;
      } else return;
    }
  }

  /** The rest of the line, its line feed taken but not given; undefined at the end of the script. */
  readLine(): string | undefined {
    if (this.ended) return undefined;
    const end = this.text.indexOf('\n', this.at);
    const line = this.text.slice(this.at, end === -1 ? this.text.length : end);
    this.at = end === -1 ? this.text.length : end + 1;
    this.line += 1;
    return line;
  }

  mistake(text: string): ScriptMistake {
    return new ScriptMistake(this.line, `Syntax error: ${text}`);
  }
}
