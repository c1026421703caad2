import { isDirectoryAt } from '../files/kinds.ts';
import { below } from '../files/path.ts';
import { matches } from './pattern.ts';
import type { Shell } from './shell.ts';

const patternSign = /[*?[]/;

/** Paths that a pattern of several names matches, sorted; none where there is none. */
export const pathsLike = (shell: Shell, pattern: string): readonly string[] => {
  const names = pattern.split('/').filter((name, index) => name !== '' || index === 0);
  const mustBeDirectory = pattern.endsWith('/');
  let found: readonly string[] = [names[0] === '' ? '/' : ''];
  for (const [index, name] of names.entries()) {
    if (index === 0 && name === '') continue;
    const last = index === names.length - 1;
    found = found.flatMap((start) => {
      const directory = shell.path(start === '' ? '.' : start);
      const join = (one: string) => (start === '' ? one : below(start, one));
      if (!patternSign.test(name)) {
        const plain = join(name.replace(/\\([^])/g, '$1'));
        return shell.host.files.linkStat(shell.path(plain)) === undefined ? [] : [plain];
      }
      if (!isDirectoryAt(shell.host.files, directory)) return [];
      const all = shell.host.files.list(directory).filter((one) => !one.startsWith('.') || name.startsWith('.'));
      const like = all.filter((one) => matches(name, one)).map(join);
      return last && !mustBeDirectory ? like : like.filter((one) => isDirectoryAt(shell.host.files, shell.path(one)));
    });
  }
  return (mustBeDirectory ? found.map((path) => `${path}/`) : found).toSorted();
};
