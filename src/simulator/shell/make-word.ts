import type { Part, Word } from './ast.ts';

const blank = new Set([' ', '\t', '\n', '']);
const operators = new Set(['&', '|', ';', '<', '>', '(', ')']);

export const endsWord = (char: string): boolean => blank.has(char) || operators.has(char);

/** What can still change a text that stands unquoted: patterns, and a home directory. */
const changes = /[*?[]|^~/;

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
  return { parts: joined, fixed };
};

/** A word that stands unquoted and whole, as reserved words and names must. */
export const plainOf = (word: Word | undefined): string | undefined => {
  const [part] = word?.parts ?? [];
  return part?.t === 'text' && !part.quoted && word?.parts.length === 1 ? part.text : undefined;
};
