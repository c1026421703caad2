import { isDirectoryAt } from '../files/kinds.ts';
import { below, resolvePath } from '../files/path.ts';
import { Kept } from '../kept.ts';
import type { Files } from '../world/files.ts';
import { matches } from './pattern.ts';
import type { Shell } from './shell.ts';

const patternSign = /[*?[]/;

/** Names of a pattern's path that go together: plain ones as one path, or one that is a pattern. */
interface Step {
  readonly name: string;
  readonly isPattern: boolean;
}

interface Way {
  readonly start: string;
  readonly steps: readonly Step[];
  readonly mustBeDirectory: boolean;
}

const wayOf = (pattern: string): Way => {
  const steps: Step[] = [];
  for (const name of pattern.split('/').filter((each) => each !== '')) {
    const isPattern = patternSign.test(name);
    const plain = isPattern ? name : name.replace(/\\([^])/g, '$1');
    const last = steps.at(-1);
    // What a `..` leads back from has to be there all the same.
    if (isPattern || last === undefined || last.isPattern || plain === '..') steps.push({ name: plain, isPattern });
    else steps[steps.length - 1] = { name: `${last.name}/${plain}`, isPattern };
  }
  return { start: pattern.startsWith('/') ? '/' : '', steps, mustBeDirectory: pattern.endsWith('/') };
};

const ways = new Kept<Way>(500);

/** Names in a directory; none where it is none. */
const namesIn = (files: Files, directory: string): readonly string[] =>
  isDirectoryAt(files, directory) ? files.list(directory) : [];

/** Paths that a pattern of several names matches, sorted; none where there is none. */
export const pathsLike = (shell: Shell, pattern: string): readonly string[] => {
  const { files } = shell.host;
  const { start, steps, mustBeDirectory } = ways.of(pattern, wayOf);
  let found: readonly string[] = [start];
  for (const [index, { name, isPattern }] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const next: string[] = [];
    for (const one of found) {
      const prefix = one === '' ? '' : below(one, '');
      if (!isPattern) {
        if (files.linkStat(shell.path(prefix + name)) !== undefined) next.push(prefix + name);
        continue;
      }
      const directory = shell.path(one === '' ? '.' : one);
      for (const each of namesIn(files, directory)) {
        if ((each.startsWith('.') && !name.startsWith('.')) || !matches(name, each)) continue;
        if ((isLast && !mustBeDirectory) || isDirectoryAt(files, resolvePath(directory, each)))
          next.push(prefix + each);
      }
    }
    found = next;
  }
  return (mustBeDirectory ? found.map((path) => `${path}/`) : found).toSorted();
};
