/*
 * Versions as the oracle reads them. The product's own reading of versions is not used here: a fault in it must not
 * hide itself.
 */

/** `1.36.3` → 36. */
export const minorNumber = (version: string): number => Number(version.split('.')[1] ?? Number.NaN);

/** `1.36.3` → `1.36`. */
export const minorText = (version: string): string => version.split('.').slice(0, 2).join('.');

/** `1.36.3-1.1`, as dpkg shows it, → `1.36.3`. */
export const upstream = (debVersion: string): string => {
  const dash = debVersion.lastIndexOf('-');
  return dash === -1 ? debVersion : debVersion.slice(0, dash);
};

const numbers = (version: string): readonly number[] => (version.split('-')[0] ?? '').split('.').map(Number);

/** Negative when `a` is older than `b`. A pre-release is older than its release, and equal to its other pre-releases. */
export const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  const [x, y] = [numbers(a), numbers(b)];
  for (let part = 0; part < 3; part += 1) {
    const difference = (x[part] ?? 0) - (y[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(b.includes('-')) - Number(a.includes('-'));
};
