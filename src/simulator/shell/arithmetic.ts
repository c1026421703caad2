import { SimulatorGap } from '../gap.ts';

/** What arithmetic asks of the shell. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** What dash says about an expression it cannot work out; the shell exits with 2. */
export class ArithmeticMistake extends Error {
  override readonly name = 'ArithmeticMistake';
}

const binary: Readonly<Record<string, { readonly rank: number; readonly work: (a: bigint, b: bigint) => bigint }>> = {
  '||': { rank: 1, work: (a, b) => BigInt(a !== 0n || b !== 0n) },
  '&&': { rank: 2, work: (a, b) => BigInt(a !== 0n && b !== 0n) },
  '|': { rank: 3, work: (a, b) => a | b },
  '^': { rank: 4, work: (a, b) => a ^ b },
  '&': { rank: 5, work: (a, b) => a & b },
  '==': { rank: 6, work: (a, b) => BigInt(a === b) },
  '!=': { rank: 6, work: (a, b) => BigInt(a !== b) },
  '<': { rank: 7, work: (a, b) => BigInt(a < b) },
  '<=': { rank: 7, work: (a, b) => BigInt(a <= b) },
  '>': { rank: 7, work: (a, b) => BigInt(a > b) },
  '>=': { rank: 7, work: (a, b) => BigInt(a >= b) },
  '<<': { rank: 8, work: (a, b) => a << (b & 63n) },
  '>>': { rank: 8, work: (a, b) => a >> (b & 63n) },
  '+': { rank: 9, work: (a, b) => a + b },
  '-': { rank: 9, work: (a, b) => a - b },
  '*': { rank: 10, work: (a, b) => a * b },
  '/': { rank: 10, work: (a, b) => a / b },
  '%': { rank: 10, work: (a, b) => a % b },
};

const token =
  /\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%&|^]=|[-+*/%&|^~!<>()?:=])/y;

const tokensOf = (text: string): readonly string[] => {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) {
      if (text.slice(at).trim() === '') break;
      throw new ArithmeticMistake(`expecting EOF: "${text}"`);
    }
    tokens.push(found);
  }
  return tokens;
};

const number = (text: string): bigint => (/^0\d+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : BigInt(text));

/** dash's `$((…))` in 64 bits: precedence climbing over C's operators. */
class Expression {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#tokens = tokensOf(text);
    this.#variables = variables;
  }

  value(): bigint {
    const value = this.#choice();
    if (this.#at < this.#tokens.length) throw this.#mistake('expecting EOF');
    return value;
  }

  #mistake(what: string): ArithmeticMistake {
    return new ArithmeticMistake(`${what}: "${this.#text}"`);
  }

  #take(sign: string): boolean {
    if (this.#tokens[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #choice(): bigint {
    const name = this.#tokens[this.#at] ?? '';
    const sign = this.#tokens[this.#at + 1] ?? '';
    if (/^[A-Za-z_]/.test(name) && /^(=|[-+*/%&|^]=|<<=|>>=)$/.test(sign))
      return this.#assignment(name, sign.slice(0, -1));
    const test = this.#binary(1);
    if (!this.#take('?')) return test;
    const yes = this.#choice();
    if (!this.#take(':')) throw this.#mistake("expecting ':'");
    const no = this.#choice();
    return test === 0n ? no : yes;
  }

  #assignment(name: string, operator: string): bigint {
    this.#at += 2;
    const right = this.#choice();
    const value = operator === '' ? right : this.#work(operator, this.#lookUp(name), right);
    this.#variables.set(name, value.toString());
    return value;
  }

  #binary(rank: number): bigint {
    let left = this.#unary();
    for (;;) {
      const sign = this.#tokens[this.#at] ?? '';
      const operator = binary[sign];
      if (operator === undefined || operator.rank < rank) return left;
      this.#at += 1;
      left = this.#work(sign, left, this.#binary(operator.rank + 1));
    }
  }

  #work(sign: string, left: bigint, right: bigint): bigint {
    if ((sign === '/' || sign === '%') && right === 0n) throw this.#mistake('division by zero');
    return BigInt.asIntN(64, binary[sign]?.work(left, right) ?? 0n);
  }

  #unary(): bigint {
    const sign = this.#tokens[this.#at++];
    if (sign === undefined) throw this.#mistake('expecting primary');
    if (sign === '-') return -this.#unary();
    if (sign === '+') return this.#unary();
    if (sign === '!') return BigInt(this.#unary() === 0n);
    if (sign === '~') return ~this.#unary();
    if (sign === '(') {
      const value = this.#choice();
      if (!this.#take(')')) throw this.#mistake("expecting ')'");
      return value;
    }
    if (/^[A-Za-z_]/.test(sign)) return this.#lookUp(sign);
    if (/^\d/.test(sign)) return number(sign);
    throw this.#mistake('expecting primary');
  }

  #lookUp(name: string): bigint {
    const value = this.#variables.get(name)?.trim();
    if (value === undefined || value === '') return 0n;
    if (!/^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(value)) throw new SimulatorGap(`arithmetic on ${name}=${value}`);
    return value.startsWith('-') ? -number(value.slice(1)) : number(value);
  }
}

/** @throws ArithmeticMistake with what dash prints. */
export const evaluateArithmetic = (text: string, variables: Variables): string => {
  if (/^\s*\d+\s*$/.test(text)) return number(text.trim()).toString();
  return text.trim() === '' ? '0' : new Expression(text, variables).value().toString();
};
