const special = /[*?[\]\\]/;
const forRegExp = /[.*+?^${}()|[\]\\/]/g;

/** Text that stands for itself in a pattern. */
export const escapePattern = (text: string): string =>
  special.test(text) ? text.replace(/[*?[\]\\]/g, String.raw`\$&`) : text;

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\v\\f\\r',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/**
 * A bracket expression at `at` as JavaScript writes it, and where it ends; undefined where the bracket is not closed.
 * Source: POSIX.1-2017 XBD 9.3.5. `escapes` is whether a backslash quotes, as it does in the shell's patterns only.
 */
export const bracketAt = (
  text: string,
  at: number,
  escapes: boolean,
): { readonly source: string; readonly end: number } | undefined => {
  let index = at + 1;
  const negated = text.charAt(index) === '^' || (escapes && text.charAt(index) === '!');
  if (negated) index += 1;
  let source = '';
  for (let first = true; index < text.length; first = false) {
    const char = text.charAt(index);
    if (char === ']' && !first) return { source: `[${negated ? '^' : ''}${source}]`, end: index + 1 };
    const name = text.startsWith('[:', index) ? text.slice(index + 2, text.indexOf(':]', index)) : '';
    const known = classes[name];
    if (known !== undefined) {
      source += known;
      index += name.length + 4;
    } else {
      const quoted = escapes && char === '\\';
      const meant = quoted ? text.charAt(index + 1) : char;
      const isRange = meant === '-' && !quoted && !first && text.charAt(index + 1) !== ']';
      source += isRange ? '-' : /[\\\]^[-]/.test(meant) ? `\\${meant}` : meant;
      index += quoted ? 2 : 1;
    }
  }
  return undefined;
};

const toSource = (pattern: string, anything = '[^]*'): string => {
  let source = '';
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    const bracket = char === '[' ? bracketAt(pattern, at, true) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      at = bracket.end;
      continue;
    }
    const quoted = char === '\\' && at + 1 < pattern.length;
    const meant = quoted ? pattern.charAt(at + 1) : char;
    if (char === '*') source += anything;
    else if (char === '?') source += '[^]';
    else source += meant.replace(forRegExp, String.raw`\$&`);
    at += quoted ? 2 : 1;
  }
  return source;
};

const compiled = new Map<string, RegExp | string>();

/** A pattern's text, where it stands for one text only; otherwise an anchored regular expression. Kept once compiled. */
const compile = (pattern: string): RegExp | string => {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size > 2000) compiled.clear();
  const made = /(?<!\\)(\\\\)*[*?[]/.test(pattern)
    ? new RegExp(`^${toSource(pattern)}$`)
    : pattern.replace(/\\([^])/g, '$1');
  compiled.set(pattern, made);
  return made;
};

/** Whether a pattern of the shell (POSIX.1-2017 XCU 2.13) matches the whole text. */
export const matches = (pattern: string, text: string): boolean => {
  const made = special.test(pattern) ? compile(pattern) : pattern;
  return typeof made === 'string' ? made === text : made.test(text);
};

type Removal = '#' | '##' | '%' | '%%';

/**
 * What is left of a text is group 1. Where every `*` takes as little as it can, the earliest end is found; where it takes
 * as much as it can, the last one. A suffix is as long as the rest before it is short.
 */
const removals: Readonly<Record<Removal, (pattern: string) => RegExp>> = {
  '#': (pattern) => new RegExp(`^${toSource(pattern, '[^]*?')}([^]*)$`),
  '##': (pattern) => new RegExp(`^${toSource(pattern)}([^]*)$`),
  '%': (pattern) => new RegExp(`^([^]*)${toSource(pattern)}$`),
  '%%': (pattern) => new RegExp(`^([^]*?)${toSource(pattern)}$`),
};

const removing = new Map<string, RegExp>();

const removalOf = (pattern: string, operator: Removal): RegExp => {
  const key = `${operator} ${pattern}`;
  const known = removing.get(key);
  if (known !== undefined) return known;
  if (removing.size > 2000) removing.clear();
  const made = removals[operator](pattern);
  removing.set(key, made);
  return made;
};

/** Takes the shortest or longest match away from the beginning of a text (`#`, `##`) or from its end (`%`, `%%`). */
export const withoutMatch = (text: string, pattern: string, operator: Removal): string => {
  const made = special.test(pattern) ? compile(pattern) : pattern;
  if (typeof made !== 'string') return removalOf(pattern, operator).exec(text)?.[1] ?? text;
  if (operator.startsWith('#')) return text.startsWith(made) ? text.slice(made.length) : text;
  return made !== '' && text.endsWith(made) ? text.slice(0, -made.length) : text;
};
