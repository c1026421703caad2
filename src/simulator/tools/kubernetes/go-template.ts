import { SimulatorGap } from '../../gap.ts';
import { compileOnce, printAll, type Printer } from './compile-once.ts';
import { goValue } from './go-quote.ts';
import { call, truth } from './go-template-functions.ts';
import { field, isList, isMap, type Value } from './value.ts';
import { piecesOf, type Piece } from './go-template-lexer.ts';

type Operand = (dot: Value) => Value;

const fieldOf =
  (path: readonly string[]): Operand =>
  (dot) => {
    let value: Value = dot;
    for (const name of path) {
      if (value === undefined || value === null)
        throw new SimulatorGap(`go-template: .${path.join('.')} of nothing: kubectl would fail here`);
      value = field(value, name);
    }
    return value;
  };

/** Reads the words of one action. Source: text/template, "Arguments", "Pipelines" (without variables and methods). */
class Words {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get next(): string | undefined {
    return this.#words[this.#at];
  }

  take(): string | undefined {
    return this.#words[this.#at++];
  }

  /** All of the words. */
  whole(): Operand {
    const value = this.pipeline();
    if (this.next !== undefined) throw new SimulatorGap(`go-template: {{${this.#words.join(' ')}}}`);
    return value;
  }

  pipeline(): Operand {
    let command = this.#command();
    while (this.next === '|') {
      this.take();
      command = this.#command(command);
    }
    return command;
  }

  #command(last?: Operand): Operand {
    const first = this.next;
    if (first === undefined) throw new SimulatorGap(`go-template: {{${this.#words.join(' ')}}}`);
    if (!/^[A-Za-z_]/.test(first) || first === 'true' || first === 'false') return this.#operand();
    this.take();
    const operands: Operand[] = [];
    while (this.next !== undefined && this.next !== ')' && this.next !== '|') operands.push(this.#operand());
    if (last !== undefined) operands.push(last);
    const apply = call(first);
    // What decides ends it: the rest is not looked at (text/template, "Functions", since Go 1.18).
    if (first === 'and' || first === 'or')
      return (dot) => {
        const seen: unknown[] = [];
        for (const operand of operands) {
          seen.push(operand(dot));
          if (truth(seen.at(-1)) === (first === 'or')) break;
        }
        return apply(seen);
      };
    return (dot) => apply(operands.map((operand) => operand(dot)));
  }

  #operand(): Operand {
    const word = this.take() ?? '';
    if (word === '(') {
      const inner = this.pipeline();
      if (this.take() !== ')') throw new SimulatorGap(`go-template: a parenthesis is not closed`);
      return inner;
    }
    if (word === '.') return (dot) => dot;
    if (word.startsWith('.')) return fieldOf(word.slice(1).split('.'));
    if (word.startsWith('"')) {
      const text: unknown = JSON.parse(word);
      return () => text;
    }
    if (word.startsWith('`')) return () => word.slice(1, -1);
    if (/^-?\d+$/.test(word)) return () => Number(word);
    if (word === 'true' || word === 'false') return () => word === 'true';
    throw new SimulatorGap(`go-template: ${word}`);
  }
}

interface Block {
  readonly body: readonly Printer[];
  /** The words after `else` that ended it, or undefined for `end`. */
  readonly ended: 'end' | 'else';
  readonly elseWords: readonly string[];
}

class Parser {
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(template: string) {
    this.#pieces = piecesOf(template);
  }

  whole(): readonly Printer[] {
    const nodes: Printer[] = [];
    while (this.#at < this.#pieces.length) {
      const node = this.#node();
      if (typeof node !== 'function') throw new SimulatorGap(`go-template: unexpected {{${node.words.join(' ')}}}`);
      nodes.push(node);
    }
    return nodes;
  }

  #node(): Printer | { readonly words: readonly string[] } {
    const piece = this.#pieces[this.#at++];
    if (piece === undefined) throw new SimulatorGap('go-template: unexpected end of the template');
    if ('text' in piece) return (_dot, out) => void out.push(piece.text);
    const [first = ''] = piece.words;
    if (first === 'end' || first === 'else') return piece;
    if (first === 'range' || first === 'if' || first === 'with') return this.#control(first, piece.words.slice(1));
    const value = new Words(piece.words).whole();
    return (dot, out) => void out.push(goValue(value(dot)));
  }

  #block(): Block {
    const body: Printer[] = [];
    for (;;) {
      const node = this.#node();
      if (typeof node === 'function') body.push(node);
      else return { body, ended: node.words[0] === 'end' ? 'end' : 'else', elseWords: node.words.slice(1) };
    }
  }

  #control(kind: 'range' | 'if' | 'with', words: readonly string[]): Printer {
    const value = new Words(words).whole();
    const { body, ended, elseWords } = this.#block();
    let other: readonly Printer[] = [];
    if (ended === 'else') {
      const [next, ...rest] = elseWords;
      if (next === undefined) other = this.#block().body;
      else if (next === 'if' || next === 'with') other = [this.#control(next, rest)];
      else throw new SimulatorGap(`go-template: else ${next}`);
    }
    if (kind === 'range')
      return (dot, out) => {
        const items = value(dot);
        const list = isList(items) ? items : isMap(items) ? sortedValues(items) : [];
        if (list.length === 0) printAll(other, dot, out);
        else for (const item of list) printAll(body, item, out);
      };
    return (dot, out) => {
      const found = value(dot);
      if (truth(found)) printAll(body, kind === 'with' ? found : dot, out);
      else printAll(other, dot, out);
    };
  }
}

const sortedValues = (map: Readonly<Record<string, Value>>): readonly Value[] =>
  Object.keys(map)
    .toSorted()
    .map((key) => map[key]);

/** Compiles a template once; what it knows of text/template is what is parsed above, everything else is a gap. */
export const goTemplate = compileOnce((text) => new Parser(text).whole());
