import { SimulatorGap } from '../gap.ts';
import type { Task } from '../kernel.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { Part, Word } from './ast.ts';
import { Fields } from './fields.ts';
import { Collector } from './open-file.ts';
import { pathsLike } from './paths-like.ts';
import { escapePattern, withoutMatch } from './pattern.ts';
import { ShellFailure, type Shell } from './shell.ts';

/** Runs a command's output into a text, its last line feeds dropped. */
function* capture(shell: Shell, part: Extract<Part, { t: 'command' }>): Task<string> {
  const collector = new Collector();
  const inner = shell.fork(new Map([[1, collector]]));
  shell.substituted = yield* shell.runToEnd(inner, () => inner.run(inner, part.body, false));
  const { text } = collector;
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

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

function* conditional(shell: Shell, part: Parameter, fields: Fields): Task<void> {
  const isAll = part.name === '@' || part.name === '*';
  const value = isAll && shell.parameters.length > 0 ? joinAll(shell) : isAll ? undefined : special(shell, part.name);
  const word = part.word ?? { parts: [], fixed: '' };
  if (!usesWord(part.operator, value)) {
    if (isAll && !part.operator.endsWith('+')) allParameters(shell, part.name, part.quoted, fields);
    else withValue(shell, part, value, fields);
    return;
  }
  if (part.operator.endsWith('?')) {
    const message = yield* expandText(shell, word);
    throw new ShellFailure(`${part.name}: ${message === '' ? 'parameter not set' : message}`);
  }
  if (!part.operator.endsWith('=')) {
    if (part.quoted) fields.quoted('');
    yield* expandParts(shell, word.parts, fields, !part.quoted);
    return;
  }
  const text = yield* expandText(shell, word);
  shell.set(part.name, text);
  if (part.quoted) fields.quoted(text);
  else fields.expanded(text);
}

function* expandParameter(shell: Shell, part: Parameter, fields: Fields): Task<void> {
  const { name, operator, quoted } = part;
  if (operator !== '' && operator !== 'length' && !'#%'.includes(operator.charAt(0))) {
    yield* conditional(shell, part, fields);
    return;
  }
  if (operator === '' && (name === '@' || name === '*')) {
    allParameters(shell, name, quoted, fields);
    return;
  }
  if (name === '@' || name === '*') throw new SimulatorGap(`\${${operator}${name}} is not modelled`);
  const value = special(shell, name);
  if (value === undefined && shell.options.nounset) throw unset(name);
  let text = value ?? '';
  if (operator === 'length') text = String(text.length);
  else if (part.word !== undefined && (operator === '#' || operator === '##' || operator === '%' || operator === '%%'))
    text = withoutMatch(text, yield* expandPattern(shell, part.word), operator);
  if (quoted) fields.quoted(text);
  else fields.expanded(text);
}

/** @param inExpansion whether unquoted text stands in an unquoted expansion, whose blanks separate too. */
function* expandParts(shell: Shell, parts: readonly Part[], fields: Fields, inExpansion = false): Task<void> {
  for (const part of parts) {
    if (part.t === 'text') {
      if (part.quoted) fields.quoted(part.text);
      else if (inExpansion) fields.expanded(part.text);
      else fields.literal(part.text);
    } else if (part.t === 'parameter') yield* expandParameter(shell, part, fields);
    else {
      const text =
        part.t === 'command'
          ? yield* capture(shell, part)
          : evaluateArithmetic(yield* expandText(shell, part.word), shell);
      if (part.quoted) fields.quoted(text);
      else fields.expanded(text);
    }
  }
}

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
export function* expandText(shell: Shell, word: Word): Task<string> {
  if (word.fixed !== undefined) return word.fixed;
  const fields = new Fields('', false);
  yield* expandParts(shell, withHome(shell, word), fields);
  return fields.whole.text;
}

/** A word as a pattern: what is quoted in it stands for itself. */
export function* expandPattern(shell: Shell, word: Word): Task<string> {
  if (word.fixed !== undefined) return escapePattern(word.fixed);
  const fields = new Fields('', false);
  yield* expandParts(shell, word.parts, fields);
  return fields.whole.pattern;
}

function* expandWord(shell: Shell, word: Word, into: string[]): Task<void> {
  const fields = new Fields(shell.get('IFS') ?? ' \t\n', true);
  yield* expandParts(shell, withHome(shell, word), fields);
  for (const { text, pattern } of fields.end().list) {
    const paths = pattern === undefined || shell.options.noglob ? [] : pathsLike(shell, pattern);
    if (paths.length === 0) into.push(text);
    else into.push(...paths);
  }
}

/** Words as a command gets them. */
export function* expandWords(shell: Shell, words: readonly Word[]): Task<string[]> {
  const result: string[] = [];
  for (const word of words) {
    if (word.fixed !== undefined) result.push(word.fixed);
    else yield* expandWord(shell, word, result);
  }
  return result;
}
