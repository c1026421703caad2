import { SimulatorGap } from '../gap.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { Part, Word } from './ast.ts';
import { Fields } from './fields.ts';
import { makeWord } from './make-word.ts';
import { Collector } from './open-file.ts';
import { joinAll, notSet, parameterValue } from './parameter-value.ts';
import { pathsLike } from './paths-like.ts';
import { withoutMatch } from './pattern.ts';
import { ShellFailure, type Shell } from './shell.ts';
import { chain, type Soon } from './soon.ts';

const withoutLastFeeds = (text: string): string => {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end -= 1;
  return end === text.length ? text : text.slice(0, end);
};

/** Runs a command's output into a text, its last line feeds dropped. */
const capture = (shell: Shell, part: Extract<Part, { t: 'command' }>): Soon<string> => {
  const collector = new Collector();
  const ended = shell.runToEnd(shell.fork(undefined, collector), part.body, false);
  if (typeof ended === 'object') return chain(ended, (status) => captured(shell, collector, status));
  return captured(shell, collector, ended);
};

const captured = (shell: Shell, collector: Collector, status: number): string => {
  shell.substituted = status;
  return withoutLastFeeds(collector.text);
};

/** `$@` and `$*`. */
const allParameters = (shell: Shell, name: string, quoted: boolean, fields: Fields): void => {
  if (quoted && name === '*') {
    fields.quoted(joinAll(shell));
    return;
  }
  shell.parameters.forEach((parameter, index) => {
    if (index > 0) fields.split();
    if (quoted) fields.quoted(parameter);
    else fields.expanded(parameter);
  });
};

type Parameter = Extract<Part, { t: 'parameter' }>;

/** Whether an operator's word takes the value's place. */
const usesWord = (operator: string, value: string | undefined): boolean => {
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  return operator.endsWith('+') ? !missing : missing;
};

/** `${name-word}` and its like, where the word is not used. */
const withValue = (shell: Shell, part: Parameter, value: string | undefined, fields: Fields): void => {
  const given = part.operator.endsWith('+') ? '' : value;
  if (given === undefined && shell.options.nounset) throw notSet(part.name);
  if (part.quoted) fields.quoted(given ?? '');
  else fields.expanded(given ?? '');
};

const assignDefault = (shell: Shell, part: Parameter, text: string, fields: Fields): undefined => {
  shell.set(part.name, text);
  if (part.quoted) fields.quoted(text);
  else fields.expanded(text);
};

const noWord = makeWord([]);

const conditional = (shell: Shell, part: Parameter, fields: Fields): Soon<undefined> => {
  const isAll = part.name === '@' || part.name === '*';
  const value =
    isAll && shell.parameters.length > 0 ? joinAll(shell) : isAll ? undefined : parameterValue(shell, part.name);
  const word = part.word ?? noWord;
  if (!usesWord(part.operator, value)) {
    if (isAll && !part.operator.endsWith('+')) allParameters(shell, part.name, part.quoted, fields);
    else withValue(shell, part, value, fields);
    return undefined;
  }
  if (part.operator.endsWith('?'))
    return chain(expandText(shell, word), (message) => {
      throw new ShellFailure(`${part.name}: ${message === '' ? 'parameter not set' : message}`);
    });
  if (part.operator.endsWith('='))
    return chain(expandText(shell, word), (text) => assignDefault(shell, part, text, fields));
  if (part.quoted) fields.quoted('');
  return expandParts(shell, word.parts, fields, !part.quoted);
};

const cut = (shell: Shell, part: Parameter, text: string): Soon<string> => {
  const { operator, word } = part;
  if (operator === 'length') return String(text.length);
  if (word === undefined || (operator !== '#' && operator !== '##' && operator !== '%' && operator !== '%%'))
    return text;
  return chain(expandPattern(shell, word), (pattern) => withoutMatch(text, pattern, operator));
};

const addTo = (fields: Fields, quoted: boolean, text: string): undefined => {
  if (quoted) fields.quoted(text);
  else fields.expanded(text);
};

const expandParameter = (shell: Shell, part: Parameter, fields: Fields): Soon<undefined> => {
  const { name, operator, quoted } = part;
  if (operator !== '' && operator !== 'length' && !'#%'.includes(operator.charAt(0)))
    return conditional(shell, part, fields);
  if (operator === '' && (name === '@' || name === '*')) {
    allParameters(shell, name, quoted, fields);
    return undefined;
  }
  if (name === '@' || name === '*') throw new SimulatorGap(`\${${operator}${name}} is not modelled`);
  return chain(plainParameter(shell, part), (text) => addTo(fields, quoted, text));
};

/** A parameter that is one text, whatever stands around it. */
const plainParameter = (shell: Shell, part: Parameter): Soon<string> => {
  const value = parameterValue(shell, part.name);
  if (value === undefined && shell.options.nounset) throw notSet(part.name);
  return part.operator === '' ? (value ?? '') : cut(shell, part, value ?? '');
};

const arithmetic = (shell: Shell, word: Word): Soon<string> => {
  const text = expandText(shell, word);
  return typeof text === 'object'
    ? chain(text, (whole) => evaluateArithmetic(whole, shell))
    : evaluateArithmetic(text, shell);
};

const plainPart = (shell: Shell, part: Part): Soon<string> => {
  switch (part.t) {
    case 'text':
      return part.text;
    case 'parameter':
      return plainParameter(shell, part);
    case 'command':
      return capture(shell, part);
    case 'arithmetic':
      return arithmetic(shell, part.word);
  }
};

/** The text of a plain word, from one of its parts on. */
const plainText = (shell: Shell, parts: readonly Part[], from = 0, before = ''): Soon<string> => {
  let text = before;
  for (let at = from; at < parts.length; at++) {
    const part = parts[at];
    const soon = part === undefined ? '' : plainPart(shell, part);
    if (typeof soon === 'object') return chain(soon, (more) => plainText(shell, parts, at + 1, text + more));
    text += soon;
  }
  return text;
};

const expandPart = (shell: Shell, part: Part, fields: Fields, inExpansion: boolean): Soon<undefined> => {
  switch (part.t) {
    case 'text':
      if (part.quoted) fields.quoted(part.text);
      else if (inExpansion) fields.expanded(part.text);
      else fields.literal(part.text);
      return undefined;
    case 'parameter':
      return expandParameter(shell, part, fields);
    case 'command':
      return chain(capture(shell, part), (text) => addTo(fields, part.quoted, text));
    case 'arithmetic':
      return chain(arithmetic(shell, part.word), (text) => addTo(fields, part.quoted, text));
  }
};

/** @param inExpansion whether unquoted text stands in an unquoted expansion, whose blanks separate too. */
const expandParts = (
  shell: Shell,
  parts: readonly Part[],
  fields: Fields,
  inExpansion = false,
  from = 0,
): Soon<undefined> => {
  for (let at = from; at < parts.length; at++) {
    const part = parts[at];
    const soon = part === undefined ? undefined : expandPart(shell, part, fields, inExpansion);
    if (soon !== undefined) return chain(soon, () => expandParts(shell, parts, fields, inExpansion, at + 1));
  }
  return undefined;
};

const home = (shell: Shell, text: string): string => {
  if (!/^~(\/|$)/.test(text)) throw new SimulatorGap(`the home directory of ${text}`);
  return (shell.get('HOME') ?? '~') + text.slice(1);
};

const withHome = (shell: Shell, { parts }: Word): readonly Part[] => {
  const [first] = parts;
  if (first?.t !== 'text' || first.quoted || !first.text.startsWith('~')) return parts;
  return [{ t: 'text', text: home(shell, first.text), quoted: true }, ...parts.slice(1)];
};

/** A word as one text: an assignment's value, a redirection's target, a here-document. */
export const expandText = (shell: Shell, word: Word): Soon<string> => {
  if (word.fixed !== undefined) return word.fixed;
  if (word.isPlain) return plainText(shell, word.parts);
  const fields = new Fields('', false);
  return chain(expandParts(shell, withHome(shell, word), fields), () => fields.whole.text);
};

/** A word as a pattern: what is quoted in it stands for itself. */
export const expandPattern = (shell: Shell, word: Word): Soon<string> => {
  if (word.pattern !== undefined) return word.pattern;
  const fields = new Fields('', false);
  return chain(expandParts(shell, word.parts, fields), () => fields.whole.pattern);
};

const addPaths = (shell: Shell, fields: Fields, into: string[]): undefined => {
  for (const { text, pattern } of fields.end().list) {
    const paths = pattern === undefined || shell.options.noglob ? [] : pathsLike(shell, pattern);
    if (paths.length === 0) into.push(text);
    else into.push(...paths);
  }
};

const expandWord = (shell: Shell, word: Word, into: string[]): Soon<undefined> => {
  if (word.isOneField) {
    const text = plainText(shell, word.parts);
    if (typeof text === 'object') return chain(text, (whole) => void into.push(whole));
    into.push(text);
    return undefined;
  }
  const fields = new Fields(shell.get('IFS') ?? ' \t\n', true);
  const soon = expandParts(shell, withHome(shell, word), fields);
  return soon === undefined ? addPaths(shell, fields, into) : chain(soon, () => addPaths(shell, fields, into));
};

/** Adds words to `into` as a command gets them. */
export const expandWords = (shell: Shell, words: readonly Word[], into: string[], from = 0): Soon<undefined> => {
  for (let at = from; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    const soon = word.fixed === undefined ? expandWord(shell, word, into) : void into.push(word.fixed);
    if (soon !== undefined) return chain(soon, () => expandWords(shell, words, into, at + 1));
  }
  return undefined;
};
