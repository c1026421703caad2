import { someOf } from '../model/some-of.ts';

/** The first few names of a list, as outlooks show it. */
export const listed = (names: readonly string[]): string => someOf(names, 5);
