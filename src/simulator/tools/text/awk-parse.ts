import { SimulatorGap } from '../../gap.ts';

/** An expression of an awk program; `call` is one of awk's own functions. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'match'; readonly source: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly at: Expression }
  | { readonly kind: 'assign'; readonly to: Expression; readonly operator: string; readonly value: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly value: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] };

export type Statement =
  | { readonly kind: 'print'; readonly items: readonly Expression[] }
  | { readonly kind: 'exit'; readonly code: Expression | undefined }
  | { readonly kind: 'do'; readonly what: Expression };

export interface AwkRule {
  /** `END`; undefined: every record. */
  readonly pattern: Expression | 'END' | undefined;
  /** Undefined: the record is printed. */
  readonly body: readonly Statement[] | undefined;
}

const token =
  /\s*(?:(\d+(?:\.\d+)?)|"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*)|(&&|\|\||==|!=|<=|>=|\+=|-=|[-$!<>+*%=(){},;/~]))/y;
const regularExpressionRest = /((?:[^/\\]|\\.)*)\//y;
const functions: ReadonlySet<string> = new Set(['index', 'substr', 'length']);

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'mark' | 'end';
  readonly text: string;
}

/** Lowest first; each level is left-associative. */
const levels = [['||'], ['&&'], ['==', '!=', '<', '>', '<=', '>='], [' '], ['+', '-'], ['*', '%']] as const;
const concatenation = 3;

/** Source: POSIX, awk, "Grammar": the part of it that scripts here use; all else is a gap. */
export class AwkParser {
  readonly #source: string;
  #at = 0;
  #now: Token;

  constructor(source: string) {
    this.#source = source;
    this.#now = this.#read();
  }

  rules(): readonly AwkRule[] {
    const rules: AwkRule[] = [];
    while (this.#now.kind !== 'end') {
      if (this.#take(';')) continue;
      const pattern = this.#is('{') ? undefined : this.#pattern();
      rules.push({ pattern, body: this.#is('{') ? this.#block() : undefined });
    }
    return rules;
  }

  #gap(): never {
    throw new SimulatorGap(`awk '${this.#source}'`);
  }

  #read(): Token {
    token.lastIndex = this.#at;
    const found = token.exec(this.#source);
    if (found === null) {
      if (this.#source.slice(this.#at).trim() !== '') this.#gap();
      return { kind: 'end', text: '' };
    }
    this.#at = token.lastIndex;
    const [, number, text, word, mark = ''] = found;
    if (number !== undefined) return { kind: 'number', text: number };
    if (text !== undefined) return { kind: 'text', text };
    return word === undefined ? { kind: 'mark', text: mark } : { kind: 'word', text: word };
  }

  #next(): Token {
    const before = this.#now;
    this.#now = this.#read();
    return before;
  }

  #is(mark: string): boolean {
    return this.#now.kind === 'mark' && this.#now.text === mark;
  }

  #take(mark: string): boolean {
    const is = this.#is(mark);
    if (is) this.#next();
    return is;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) this.#gap();
  }

  #pattern(): Expression | 'END' {
    if (this.#now.kind !== 'word' || !['BEGIN', 'END'].includes(this.#now.text)) return this.#expression();
    if (this.#next().text === 'BEGIN') this.#gap();
    return 'END';
  }

  #block(): readonly Statement[] {
    this.#expect('{');
    const statements: Statement[] = [];
    while (!this.#take('}')) if (!this.#take(';')) statements.push(this.#statement());
    return statements;
  }

  #statement(): Statement {
    const word = this.#now.kind === 'word' ? this.#now.text : '';
    if (['if', 'while', 'for', 'next', 'printf', 'delete', 'getline', 'do'].includes(word)) this.#gap();
    if (word !== 'print' && word !== 'exit') return { kind: 'do', what: this.#expression() };
    this.#next();
    const isAlone = this.#is(';') || this.#is('}');
    if (word === 'exit') return { kind: 'exit', code: isAlone ? undefined : this.#expression() };
    const items: Expression[] = [];
    if (!isAlone)
      do items.push(this.#expression());
      while (this.#take(','));
    return { kind: 'print', items };
  }

  #expression(): Expression {
    const left = this.#binary(0);
    const operator = this.#now.kind === 'mark' ? this.#now.text : '';
    if (!['=', '+=', '-='].includes(operator)) return left;
    if (left.kind !== 'variable' && left.kind !== 'field') this.#gap();
    this.#next();
    return { kind: 'assign', to: left, operator, value: this.#expression() };
  }

  #startsOperand(): boolean {
    if (this.#now.kind === 'mark') return ['$', '('].includes(this.#now.text);
    return this.#now.kind !== 'end' && !['in', 'END', 'BEGIN'].includes(this.#now.text);
  }

  #binary(level: number): Expression {
    const marks: readonly string[] | undefined = levels[level];
    if (marks === undefined) return this.#primary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#now.text;
      const joins = level === concatenation && this.#startsOperand();
      if (!joins && !(this.#now.kind === 'mark' && marks.includes(operator))) return left;
      if (!joins) this.#next();
      left = { kind: 'binary', operator: joins ? ' ' : operator, left, right: this.#binary(level + 1) };
    }
  }

  #primary(): Expression {
    if (this.#is('/')) return this.#match();
    const { kind, text } = this.#next();
    if (kind === 'number') return { kind, value: Number(text) };
    if (kind === 'text') return { kind, value: text };
    if (kind === 'mark' && text === '!') return { kind: 'not', value: this.#primary() };
    if (kind === 'mark' && text === '$') return { kind: 'field', at: this.#primary() };
    if (kind === 'mark' && text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (kind !== 'word') this.#gap();
    if (!this.#is('(')) return functions.has(text) ? this.#gap() : { kind: 'variable', name: text };
    if (!functions.has(text)) this.#gap();
    this.#next();
    const given: Expression[] = [];
    while (!this.#take(')')) {
      given.push(this.#expression());
      if (!this.#is(')')) this.#expect(',');
    }
    return { kind: 'call', name: text, given };
  }

  #match(): Expression {
    regularExpressionRest.lastIndex = this.#at;
    const found = regularExpressionRest.exec(this.#source);
    if (found === null) return this.#gap();
    this.#at = regularExpressionRest.lastIndex;
    this.#now = this.#read();
    return { kind: 'match', source: found[1] ?? '' };
  }
}
