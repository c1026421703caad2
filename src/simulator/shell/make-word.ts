import type { Part, Word } from './ast.ts';
import { escapePattern } from './pattern.ts';

const blank = new Set([' ', '\t', '\n', '']);
const operators = new Set(['&', '|', ';', '<', '>', '(', ')']);

export const endsWord = (char: string): boolean => blank.has(char) || operators.has(char);

/** What can still change a text that stands unquoted: patterns, and a home directory. */
const changes = /[*?[]|^~/;

/** `${name-word}` and its like, whose word can be anything. */
const takesWord = (operator: string): boolean => /^:?[-=?+]$/.test(operator);

/** Whether a part is expanded to one text, which does not depend on what stands around it. */
const isPlain = (part: Part): boolean =>
  part.t === 'text' ||
  part.t === 'command' ||
  part.t === 'arithmetic' ||
  (part.name !== '@' && part.name !== '*' && !takesWord(part.operator));

/** Whether a part can neither be split nor be taken for a pattern. */
const isWhole = (part: Part): boolean =>
  part.quoted || (part.t === 'text' && part.text !== '' && !changes.test(part.text));

const patternOf = (parts: readonly Part[]): string | undefined => {
  let pattern = '';
  for (const part of parts) {
    if (part.t !== 'text') return undefined;
    pattern += part.quoted ? escapePattern(part.text) : part.text;
  }
  return pattern;
};

const startsAtHome = ([first]: readonly Part[]): boolean =>
  first?.t === 'text' && !first.quoted && first.text.startsWith('~');

/** Neighbouring texts of one kind become one. */
export const makeWord = (parts: readonly Part[]): Word => {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.t === 'text' && last?.t === 'text' && last.quoted === part.quoted)
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    else joined.push(part);
  }
  const texts = joined.map((part) =>
    part.t === 'text' && (part.quoted || !changes.test(part.text)) ? part.text : undefined,
  );
  const fixed = texts.includes(undefined) ? undefined : texts.join('');
  const plain = !startsAtHome(joined) && joined.every(isPlain);
  return {
    parts: joined,
    fixed,
    pattern: fixed === undefined ? patternOf(joined) : escapePattern(fixed),
    isPlain: plain,
    isOneField: plain && joined.length > 0 && joined.every(isWhole),
  };
};

/** A word that stands unquoted and whole, as reserved words and names must. */
export const plainOf = (word: Word | undefined): string | undefined => {
  const [part] = word?.parts ?? [];
  return part?.t === 'text' && !part.quoted && word?.parts.length === 1 ? part.text : undefined;
};
