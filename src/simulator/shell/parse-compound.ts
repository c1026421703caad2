import type { CaseArm, Command, Word } from './ast.ts';
import { plainOf } from './make-word.ts';
import type { Tokens } from './parse-tokens.ts';
import type { Source } from './source.ts';

/** What compound commands are made of: the parser that they are part of. */
export interface Grammar {
  readonly source: Source;
  readonly tokens: Tokens;
  /** Commands up to a word or sign that ends a list. */
  list(): Command;
  /** The same, where there must be one. */
  nonEmpty(): Command;
  listEnds(): boolean;
  /** Takes a `;`. */
  separator(): boolean;
}

/** A list that a reserved word ends. */
export const ended = (g: Grammar, word: string): Command => {
  const body = g.nonEmpty();
  g.tokens.expectReserved(word);
  return body;
};

export const parseIf = (g: Grammar): Command => {
  const test = g.nonEmpty();
  g.tokens.expectReserved('then');
  const body = g.nonEmpty();
  if (g.tokens.takeReserved('elif')) return { t: 'if', test, body, otherwise: parseIf(g) };
  const otherwise = g.tokens.takeReserved('else') ? g.nonEmpty() : undefined;
  g.tokens.expectReserved('fi');
  return { t: 'if', test, body, otherwise };
};

export const parseLoop = (g: Grammar, until: boolean): Command => {
  const test = g.nonEmpty();
  g.tokens.expectReserved('do');
  return { t: 'loop', until, test, body: ended(g, 'done') };
};

export const parseFor = (g: Grammar): Command => {
  g.source.skipBlanks();
  const name = plainOf(g.tokens.word());
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) throw g.source.mistake('Bad for loop variable');
  g.tokens.skipNewlines();
  let words: Word[] | undefined;
  if (g.tokens.takeReserved('in')) {
    words = wordsToEnd(g);
    if (!g.separator() && !g.tokens.atNewline()) throw g.tokens.unexpected();
  } else g.separator();
  g.tokens.skipNewlines();
  g.tokens.expectReserved('do');
  return { t: 'for', name, words, body: ended(g, 'done') };
};

const wordsToEnd = (g: Grammar): Word[] => {
  const words: Word[] = [];
  for (;;) {
    g.source.skipBlanks();
    const word = g.tokens.word();
    if (word === undefined) return words;
    words.push(word);
  }
};

export const parseCase = (g: Grammar): Command => {
  g.source.skipBlanks();
  const word = g.tokens.word();
  if (word === undefined) throw g.tokens.unexpected();
  g.tokens.skipNewlines();
  g.tokens.expectReserved('in');
  const arms: CaseArm[] = [];
  for (;;) {
    g.tokens.skipNewlines();
    if (g.tokens.takeReserved('esac')) return { t: 'case', word, arms };
    arms.push(arm(g));
  }
};

const arm = (g: Grammar): CaseArm => {
  const source = g.source;
  source.take('(');
  const patterns: Word[] = [];
  do {
    source.skipBlanks();
    const pattern = g.tokens.word();
    if (pattern === undefined) throw g.tokens.unexpected(')');
    patterns.push(pattern);
    source.skipBlanks();
  } while (source.take('|'));
  g.tokens.expect(')');
  g.tokens.skipNewlines();
  const body = g.listEnds() ? undefined : g.list();
  g.tokens.skipNewlines();
  if (!source.take(';;') && g.tokens.peekPlain() !== 'esac') throw g.tokens.unexpected();
  return { patterns, body };
};
