import { SimulatorGap } from '../gap.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { Part, Word } from './ast.ts';
import { Fields } from './fields.ts';
import { Collector } from './open-file.ts';
import { pathsLike } from './paths-like.ts';
import { escapePattern, withoutMatch } from './pattern.ts';
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
  const inner = shell.fork(new Map([[1, collector]]));
  const ended = shell.runToEnd(inner, () => inner.run(inner, part.body, false));
  return chain(ended, (status) => {
    shell.substituted = status;
    return withoutLastFeeds(collector.text);
  });
};

const optionLetters = (shell: Shell): string => {
  const { errexit, nounset, noclobber, noglob } = shell.options;
  return `${errexit ? 'e' : ''}${noglob ? 'f' : ''}${noclobber ? 'C' : ''}${nounset ? 'u' : ''}`;
};

const special = (shell: Shell, name: string): string | undefined => {
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.parameters.length);
    case '$':
      return String(shell.mainPid);
    case '-':
      return optionLetters(shell);
    case '0':
      return shell.name;
    case '!':
      return undefined;
    default:
      return /^\d/.test(name) ? shell.parameters[Number(name) - 1] : shell.get(name);
  }
};

const unset = (name: string): ShellFailure => new ShellFailure(`${name}: parameter not set`);

const joinAll = (shell: Shell): string => shell.parameters.join((shell.get('IFS') ?? ' ').charAt(0));

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
  if (given === undefined && shell.options.nounset) throw unset(part.name);
  if (part.quoted) fields.quoted(given ?? '');
  else fields.expanded(given ?? '');
};

const assignDefault = (shell: Shell, part: Parameter, text: string, fields: Fields): undefined => {
  shell.set(part.name, text);
  if (part.quoted) fields.quoted(text);
  else fields.expanded(text);
};

const conditional = (shell: Shell, part: Parameter, fields: Fields): Soon<undefined> => {
  const isAll = part.name === '@' || part.name === '*';
  const value = isAll && shell.parameters.length > 0 ? joinAll(shell) : isAll ? undefined : special(shell, part.name);
  const word = part.word ?? { parts: [], fixed: '' };
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
  const value = special(shell, name);
  if (value === undefined && shell.options.nounset) throw unset(name);
  return chain(cut(shell, part, value ?? ''), (text) => addTo(fields, quoted, text));
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
      return chain(expandText(shell, part.word), (text) => addTo(fields, part.quoted, evaluateArithmetic(text, shell)));
  }
};

/** @param inExpansion whether unquoted text stands in an unquoted expansion, whose blanks separate too. */
const expandParts = (shell: Shell, parts: readonly Part[], fields: Fields, inExpansion = false): Soon<undefined> => {
  let count = 0;
  for (const part of parts) {
    const soon = expandPart(shell, part, fields, inExpansion);
    count += 1;
    if (soon === undefined) continue;
    const rest = parts.slice(count);
    return chain(soon, () => expandParts(shell, rest, fields, inExpansion));
  }
  return undefined;
};

const home = (shell: Shell, text: string): string => {
  if (!/^~(\/|$)/.test(text)) throw new SimulatorGap(`the home directory of ${text}`);
  return (shell.get('HOME') ?? '~') + text.slice(1);
};

const withHome = (shell: Shell, { parts }: Word): readonly Part[] => {
  const [first, ...rest] = parts;
  if (first?.t !== 'text' || first.quoted || !first.text.startsWith('~')) return parts;
  return [{ t: 'text', text: home(shell, first.text), quoted: true }, ...rest];
};

/** A word as one text: an assignment's value, a redirection's target, a here-document. */
export const expandText = (shell: Shell, word: Word): Soon<string> => {
  if (word.fixed !== undefined) return word.fixed;
  const fields = new Fields('', false);
  return chain(expandParts(shell, withHome(shell, word), fields), () => fields.whole.text);
};

/** A word as a pattern: what is quoted in it stands for itself. */
export const expandPattern = (shell: Shell, word: Word): Soon<string> => {
  if (word.fixed !== undefined) return escapePattern(word.fixed);
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
  const fields = new Fields(shell.get('IFS') ?? ' \t\n', true);
  return chain(expandParts(shell, withHome(shell, word), fields), () => addPaths(shell, fields, into));
};

/** Adds words to `into` as a command gets them. */
export const expandWords = (shell: Shell, words: readonly Word[], into: string[]): Soon<undefined> => {
  let count = 0;
  for (const word of words) {
    const soon = word.fixed === undefined ? expandWord(shell, word, into) : void into.push(word.fixed);
    count += 1;
    if (soon === undefined) continue;
    const rest = words.slice(count);
    return chain(soon, () => expandWords(shell, rest, into));
  }
  return undefined;
};
