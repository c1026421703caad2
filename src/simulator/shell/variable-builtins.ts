import { SimulatorGap } from '../gap.ts';
import type { Builtin } from './builtin.ts';
import { ShellFailure } from './shell.ts';

const assignable = /^([A-Za-z_]\w*)(?:=([^]*))?$/;

/** The shell's `export` and `readonly`. */
export const exports: Builtin = (shell, [name = '', ...words]) => {
  if (words.length === 0 || words[0]?.startsWith('-') === true) throw new SimulatorGap(`${name} ${words.join(' ')}`);
  for (const word of words) {
    const [, variable, value] = assignable.exec(word) ?? [];
    if (variable === undefined) throw new ShellFailure(`${name}: ${word.replace(/=.*/, '')}: bad variable name`);
    const known = shell.variables.get(variable);
    if (value !== undefined) shell.set(variable, value);
    const now = shell.variables.get(variable) ?? { value: undefined, exported: false };
    shell.put(
      variable,
      name === 'export' ? { ...now, exported: true } : { ...now, exported: known?.exported ?? false, readonly: true },
    );
  }
  return 0;
};

/** The shell's `unset`. */
export const unsets: Builtin = (shell, [, ...words]) => {
  const [first] = words;
  if (first === '-f') throw new SimulatorGap('unset -f');
  for (const name of first === '-v' ? words.slice(1) : words) {
    if (shell.variables.get(name)?.readonly === true) throw new ShellFailure(`unset: ${name}: is read only`);
    shell.put(name, undefined);
  }
  return 0;
};

/** The shell's `local`. */
export const local: Builtin = (shell, [, ...words]) => {
  const frame = shell.locals.at(-1);
  if (frame === undefined) throw new ShellFailure('local: not in a function');
  for (const word of words) {
    const [, name, value] = assignable.exec(word) ?? [];
    if (name === undefined) throw new SimulatorGap(`local ${word}`);
    if (!frame.has(name)) frame.set(name, shell.variables.get(name));
    if (value !== undefined) shell.set(name, value);
  }
  return 0;
};

/** Splits a line over names; the last one gets the rest, with the separators in it. */
const splitLine = (line: string, names: number): readonly string[] => {
  const fields: string[] = [];
  let rest = line.replace(/^[ \t\n]+/, '');
  while (fields.length < names - 1) {
    const [whole = rest, field = ''] = /^([^ \t\n]*)[ \t\n]*/.exec(rest) ?? [];
    fields.push(field);
    rest = rest.slice(whole.length);
  }
  return [...fields, rest.replace(/[ \t\n]+$/, '')];
};

/** The shell's `read`. */
export const read: Builtin = (shell, [, ...words]) => {
  const [option, ...names] = words;
  if (option !== '-r' || (names.length > 1 && shell.get('IFS') !== ' \t\n'))
    throw new SimulatorGap(`read ${words.join(' ')}`);
  if (names.length === 0) throw new ShellFailure('read: arg count');
  const line = shell.files[0]?.readLine() ?? '';
  const content = line.endsWith('\n') ? line.slice(0, -1) : line;
  const fields = shell.get('IFS') === '' ? [content] : splitLine(content, names.length);
  for (const [index, name] of names.entries()) shell.set(name, fields[index] ?? '');
  return line.endsWith('\n') ? 0 : 1;
};
