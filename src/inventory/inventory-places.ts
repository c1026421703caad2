import { resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { readingProblem } from './manifests.ts';

/** Files and directories as one text: with commas between them, one that belongs to a name after a backslash. */
export const joinPlaces = (places: readonly string[]): string =>
  places.map((place) => place.replaceAll(/[\\,]/g, String.raw`\$&`)).join(',');

/** What `joinPlaces` made one text of; empty ones are left out. */
export const splitPlaces = (joined: string): readonly string[] =>
  [...joined.matchAll(/(?:\\[\\,]|[^,])+/g)].map(([place]) => place.replaceAll(/\\([\\,])/g, '$1'));

/** The same places seen from anywhere: paths from the root. */
export const absolutePlaces = (cwd: string, joined: string): string =>
  joinPlaces(splitPlaces(joined).map((place) => resolve(cwd, place)));

interface Around {
  /** Files and directories, with commas between them. */
  readonly file: string;
  readonly readFile: (path: string) => string;
  readonly listDirectory?: (path: string) => readonly string[];
  readonly cwd?: string;
}

/** One file as it was read. */
export interface InventoryText {
  readonly file: string;
  readonly text: string;
}

/** As kubectl reads a directory: not what is below it. What an editor keeps beside a file begins with a dot. */
const isInventory = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name);

const inDirectory = (place: string, names: readonly string[]): readonly string[] => {
  const own = names.filter(isInventory).toSorted();
  if (own.length > 0) return own.map((name) => `${place.replace(/\/+$/, '')}/${name}`);
  throw new UsageError(`the inventory ${place} is a directory without a file that ends in .yaml or .yml`);
};

const unreadable = (file: string, why: string, cause: unknown): UsageError =>
  new UsageError(
    `the inventory ${file} ${why}\n` +
      '    name another with --inventory FILE, or begin with the example in docs/inventory.md',
    { cause },
  );

/**
 * The files of an inventory, in the order in which they were named, those of a directory by their names. Each is read
 * once: one may be a pipe.
 * @throws UsageError for a file that cannot be read, and a directory that has none.
 */
export const readPlaces = ({
  file,
  readFile,
  listDirectory,
  cwd = process.cwd(),
}: Around): readonly InventoryText[] => {
  const texts = new Map<string, InventoryText>();
  const add = (place: string, orElse?: (place: string) => readonly string[]): void => {
    const path = resolve(cwd, place);
    if (texts.has(path)) return;
    try {
      texts.set(path, { file: place, text: readFile(path) });
    } catch (error) {
      const why = readingProblem(error);
      if (orElse === undefined || why !== 'is a directory') throw unreadable(place, why, error);
      for (const each of inDirectory(place, orElse(path))) add(each);
    }
  };
  for (const place of splitPlaces(file)) add(place, listDirectory);
  return [...texts.values()];
};
