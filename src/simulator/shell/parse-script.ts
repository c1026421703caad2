import { SimulatorGap } from '../gap.ts';
import { Kept } from '../kept.ts';
import type { Assignment, Command, Redirect, Script, Word } from './ast.ts';
import { ended, parseCase, parseFor, parseIf, parseLoop, type Grammar } from './parse-compound.ts';
import { Tokens } from './parse-tokens.ts';
import { makeWord, plainOf } from './make-word.ts';
import { WordReader } from './parse-word.ts';
import { ScriptMistake, Source } from './source.ts';

const reserved = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);
const opening = new Set(['if', 'while', 'until', 'for', 'case', '{', '!']);

const sequence = (commands: readonly Command[]): Command => {
  const [only] = commands;
  return only !== undefined && commands.length === 1 ? only : { t: 'sequence', commands };
};

/** A recursive-descent parser of dash's grammar (POSIX.1-2017 XCU 2.10); what dash refuses is refused with its words. */
class ScriptParser implements Grammar {
  readonly source: Source;
  readonly tokens: Tokens;

  constructor(source: Source) {
    this.source = source;
    const words = new WordReader(this.source, {
      untilParenthesis: (at) => (at === source ? this : new ScriptParser(at)).#untilParenthesis(),
      text: (inner, line) => new ScriptParser(new Source(inner, line)).whole(),
    });
    this.tokens = new Tokens(this.source, words);
  }

  #untilParenthesis(): Command {
    const body = this.list();
    this.tokens.expect(')');
    return body;
  }

  script(): Script {
    const commands: Command[] = [];
    try {
      for (;;) {
        this.tokens.skipNewlines();
        if (this.source.ended) return { commands, mistake: undefined };
        commands.push(this.#line());
      }
    } catch (error) {
      if (!(error instanceof ScriptMistake)) throw error;
      return { commands, mistake: { line: error.line, text: error.message } };
    }
  }

  whole(): Command {
    const body = this.list();
    if (!this.source.ended) throw this.tokens.unexpected();
    return body;
  }

  /** A line of commands, to the line feed. */
  #line(): Command {
    const commands: Command[] = [];
    for (;;) {
      commands.push(this.#andOr());
      if (!this.separator()) break;
      this.source.skipBlanks();
      if (this.tokens.atNewline() || this.source.ended) break;
    }
    this.source.skipBlanks();
    if (!this.source.ended && !this.tokens.newline()) throw this.tokens.unexpected();
    return sequence(commands);
  }

  /** Commands up to a word or sign that ends a list. */
  list(): Command {
    const commands: Command[] = [];
    for (;;) {
      this.tokens.skipNewlines();
      if (this.listEnds()) break;
      commands.push(this.#andOr());
      this.source.skipBlanks();
      if (!this.separator() && !this.tokens.atNewline()) break;
    }
    return sequence(commands);
  }

  nonEmpty(): Command {
    this.tokens.skipNewlines();
    if (this.listEnds() && !this.source.ended) throw this.tokens.unexpected();
    return this.list();
  }

  listEnds(): boolean {
    const source = this.source;
    if (source.ended || source.peek() === ')' || source.startsWith(';;')) return true;
    return reserved.has(this.tokens.peekPlain() ?? '');
  }

  separator(): boolean {
    const source = this.source;
    source.skipBlanks();
    if (source.peek() === '&' && source.peek(1) !== '&') throw new SimulatorGap('a command in the background (`&`)');
    if (source.peek() !== ';' || source.peek(1) === ';') return false;
    source.next();
    return true;
  }

  #andOr(): Command {
    let left = this.#pipeline();
    for (;;) {
      this.source.skipBlanks();
      const t = this.source.take('&&') ? 'and' : this.source.take('||') ? 'or' : undefined;
      if (t === undefined) return left;
      this.tokens.skipNewlines();
      left = { t, left, right: this.#pipeline() };
    }
  }

  #pipeline(): Command {
    this.source.skipBlanks();
    if (this.tokens.takeReserved('!')) return { t: 'not', command: this.#pipeline() };
    const commands = [this.#command()];
    for (;;) {
      this.source.skipBlanks();
      if (this.source.peek() !== '|' || this.source.peek(1) === '|') break;
      this.source.next();
      this.tokens.skipNewlines();
      commands.push(this.#command());
    }
    const [only] = commands;
    return only !== undefined && commands.length === 1 ? only : { t: 'pipeline', commands };
  }

  #command(): Command {
    const source = this.source;
    source.skipBlanks();
    const { line } = source;
    const compound = this.#compound();
    if (compound === undefined) return this.#simpleOrFunction();
    const redirects: Redirect[] = [];
    for (source.skipBlanks(); this.tokens.redirect(redirects); source.skipBlanks());
    return redirects.length === 0 ? compound : { t: 'redirected', body: compound, redirects, line };
  }

  #compound(): Command | undefined {
    if (this.source.peek() === '(') {
      this.source.next();
      const body = this.nonEmpty();
      this.tokens.expect(')');
      return { t: 'subshell', body };
    }
    const word = this.tokens.peekPlain();
    if (word !== undefined && reserved.has(word)) throw this.tokens.unexpected();
    if (word === undefined || !opening.has(word)) return undefined;
    this.tokens.takeReserved(word);
    switch (word) {
      case '{':
        return ended(this, '}');
      case 'if':
        return parseIf(this);
      case 'while':
      case 'until':
        return parseLoop(this, word === 'until');
      case 'for':
        return parseFor(this);
      case 'case':
        return parseCase(this);
      default:
        throw this.source.mistake(`"${word}" unexpected`);
    }
  }

  #simpleOrFunction(): Command {
    const source = this.source;
    const { line } = source;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      source.skipBlanks();
      if (this.tokens.redirect(redirects)) continue;
      const word = this.tokens.word();
      if (word === undefined) break;
      const assignment = words.length === 0 ? assignmentOf(word) : undefined;
      if (assignment === undefined) words.push(word);
      else assignments.push(assignment);
      const name = plainOf(words[0]);
      if (words.length === 1 && name !== undefined && this.#parenthesesFollow()) return this.#function(name, line);
    }
    if (assignments.length + words.length + redirects.length === 0) throw this.tokens.unexpected();
    const fixed = words.map((word) => word.fixed).filter((text) => text !== undefined);
    return {
      t: 'simple',
      assignments,
      words,
      redirects,
      line,
      fixed: fixed.length === words.length ? fixed : undefined,
    };
  }

  #parenthesesFollow(): boolean {
    this.source.skipBlanks();
    return this.source.take('()');
  }

  #function(name: string, line: number): Command {
    this.tokens.skipNewlines();
    return { t: 'function', name, body: this.#command(), line };
  }
}

const assignmentOf = ({ parts }: Word): Assignment | undefined => {
  const [first, ...rest] = parts;
  if (first?.t !== 'text' || first.quoted) return undefined;
  const [whole, name] = /^([A-Za-z_]\w*)=/.exec(first.text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  const text = first.text.slice(whole.length);
  return { name, value: makeWord(text === '' ? rest : [{ ...first, text }, ...rest]) };
};

// Run identifiers and tokens make most lines unique: what is kept must not grow for ever.
const parsed = new Kept<Script>(1500);

/**
 * A script as dash's parser sees it; parsed once for each text. @throws SimulatorGap for what the simulated shell lacks.
 */
export const parseScript = (text: string): Script => parsed.of(text, () => new ScriptParser(new Source(text)).script());
