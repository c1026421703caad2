import { ShellFailure, type Shell } from './shell.ts';

const optionLetters = (shell: Shell): string => {
  const { errexit, nounset, noclobber, noglob } = shell.options;
  return `${errexit ? 'e' : ''}${noglob ? 'f' : ''}${noclobber ? 'C' : ''}${nounset ? 'u' : ''}`;
};

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** What a parameter holds; undefined for one that is not set. */
export const parameterValue = (shell: Shell, name: string): string | undefined => {
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
      return isDigit(name.charCodeAt(0)) ? shell.parameters[Number(name) - 1] : shell.get(name);
  }
};

/** What `set -u` says. */
export const notSet = (name: string): ShellFailure => new ShellFailure(`${name}: parameter not set`);

/** All parameters as one text, as `$*` between double quotes is. */
export const joinAll = (shell: Shell): string => shell.parameters.join((shell.get('IFS') ?? ' ').charAt(0));
