/** An absolute path without `.`, `..` and doubled slashes; relative ones start at `directory`. */
export const resolvePath = (directory: string, path: string): string => {
  const whole = path.startsWith('/') ? path : `${directory}/${path}`;
  if (!whole.includes('//') && !whole.includes('/.') && (whole.length === 1 || !whole.endsWith('/'))) return whole;
  const names: string[] = [];
  for (const name of whole.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
};

/** The directory that holds a path. */
export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** The last name of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A name in a directory. */
export const below = (directory: string, name: string): string =>
  directory === '/' ? `/${name}` : `${directory}/${name}`;
