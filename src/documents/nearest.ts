import { distance } from 'fastest-levenshtein';

const furthest = (word: string): number => Math.max(1, Math.floor(word.length / 3));

const letters = (word: string): string => word.split('').toSorted().join('');

/** Swapped letters are the commonest slip, and cost two edits. */
const slips = (written: string, name: string): number =>
  letters(written) === letters(name) ? Math.min(1, distance(written, name)) : distance(written, name);

/** The valid name that `written` was most likely meant to be; undefined when none is close enough to suggest. */
export const nearest = (written: string, valid: readonly string[]): string | undefined => {
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of valid) {
    const away = slips(written.toLowerCase(), name.toLowerCase());
    if (away <= furthest(name) && (best === undefined || away < best.away)) best = { name, away };
  }
  return best?.name;
};

/** `did you mean "host"?`, or the list of what is valid when nothing is near. */
export const didYouMean = (written: string, valid: readonly string[]): string => {
  if (valid.length === 0) return 'it takes none';
  const name = nearest(written, valid);
  return name === undefined ? `valid here: ${valid.join(', ')}` : `did you mean ${JSON.stringify(name)}?`;
};
