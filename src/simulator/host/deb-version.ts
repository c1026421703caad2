const isDigit = (character: string): boolean => character >= '0' && character <= '9';
const isLetter = (character: string): boolean => /[A-Za-z]/.test(character);

/** `~` before the end of the text, that before letters, those before everything else. */
const weight = (character: string): number => {
  if (character === '' || isDigit(character)) return 0;
  if (character === '~') return -1;
  return isLetter(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
};

/** Source: dpkg lib/dpkg/version.c, `verrevcmp`. */
const compareParts = (a: string, b: string): number => {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charAt(i))) || (j < b.length && !isDigit(b.charAt(j)))) {
      const difference = weight(a.charAt(i)) - weight(b.charAt(j));
      if (difference !== 0) return difference;
      i += 1;
      j += 1;
    }
    const [left, right] = [/^\d*/.exec(a.slice(i))?.[0] ?? '', /^\d*/.exec(b.slice(j))?.[0] ?? ''];
    const difference = Number(left) - Number(right);
    if (difference !== 0) return difference;
    i += left.length;
    j += right.length;
  }
  return 0;
};

const parts = (version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } => {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon === -1 ? 0 : Number(version.slice(0, colon)),
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  };
};

/** Below 0 where `a` is older than `b`. Source: deb-version(7). */
export const compareDebVersions = (a: string, b: string): number => {
  const [left, right] = [parts(a), parts(b)];
  if (left.epoch !== right.epoch) return left.epoch - right.epoch;
  const upstream = compareParts(left.upstream, right.upstream);
  return upstream === 0 ? compareParts(left.revision, right.revision) : upstream;
};
