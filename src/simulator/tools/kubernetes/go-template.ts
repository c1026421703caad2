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

/** A variable of a `range`: what it is at this turn. */
interface Variable {
  value: Value;
}

type Scope = ReadonlyMap<string, Variable>;

/** Reads the words of one action. Source: text/template, "Arguments", "Pipelines" (without methods; variables of `range` only). */
class Words {
  readonly #words: readonly string[];
  readonly #scope: Scope;
  #at = 0;

  constructor(words: readonly string[], scope: Scope) {
    this.#words = words;
    this.#scope = scope;
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
    const variable = this.#scope.get(word);
    if (variable !== undefined) return () => variable.value;
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
  #scope: Scope = new Map();
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
    const value = new Words(piece.words, this.#scope).whole();
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
    const [name = '', comma, second = '', assign, ...given] = words;
    const declares = kind === 'range' && name.startsWith('$') && comma === ',' && assign === ':=';
    const [key, item] = [{ value: undefined }, { value: undefined }] satisfies [Variable, Variable];
    const outside = this.#scope;
    const value = new Words(declares ? given : words, outside).whole();
    if (declares) this.#scope = new Map([...outside, [name, key], [second, item]]);
    const { body, ended, elseWords } = this.#block();
    this.#scope = outside;
    let other: readonly Printer[] = [];
    if (ended === 'else') {
      const [next, ...rest] = elseWords;
      if (next === undefined) other = this.#block().body;
      else if (next === 'if' || next === 'with') other = [this.#control(next, rest)];
      else throw new SimulatorGap(`go-template: else ${next}`);
    }
    if (kind === 'range')
      return (dot, out) => {
        const all = entriesOf(value(dot));
        if (all.length === 0) printAll(other, dot, out);
        for (const [at, one] of all) {
          Object.assign(key, { value: at });
          Object.assign(item, { value: one });
          printAll(body, one, out);
        }
      };
    return (dot, out) => {
      const found = value(dot);
      if (truth(found)) printAll(body, kind === 'with' ? found : dot, out);
      else printAll(other, dot, out);
    };
  }
}

/** Keys and values: of a list by its places, of a map in the order of its keys. */
const entriesOf = (items: Value): readonly (readonly [Value, Value])[] => {
  if (isList(items)) return items.map((each, at) => [at, each]);
  if (!isMap(items)) return [];
  return Object.keys(items)
    .toSorted()
    .map((key) => [key, items[key]]);
};

/** Compiles a template once; what it knows of text/template is what is parsed above, everything else is a gap. */
export const goTemplate = compileOnce((text) => new Parser(text).whole());
