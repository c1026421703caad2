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

/** As kubectl reads a directory: not what is below it. What an editor keeps beside a file begins with a dot. */
const isInventory = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name);

const isDirectory = (error: unknown): boolean => readingProblem(error) === 'is a directory';

const inDirectory = (place: string, list: (path: string) => readonly string[], cwd: string): readonly string[] => {
  const names = list(resolve(cwd, place)).filter(isInventory).toSorted();
  if (names.length > 0) return names.map((name) => `${place.replace(/\/+$/, '')}/${name}`);
  throw new UsageError(`the inventory ${place} is a directory without a file that ends in .yaml or .yml`);
};

/**
 * The files of an inventory, in the order in which they were named, those of a directory by their names. Each once.
 * @throws UsageError for a directory that has none. A file that cannot be read is found out later.
 */
export const filesOf = ({ file, readFile, listDirectory, cwd = process.cwd() }: Around): readonly string[] => {
  const files = splitPlaces(file).flatMap((place): readonly string[] => {
    try {
      readFile(resolve(cwd, place));
    } catch (error) {
      if (listDirectory !== undefined && isDirectory(error)) return inDirectory(place, listDirectory, cwd);
    }
    return [place];
  });
  return [...new Map(files.toReversed().map((each) => [resolve(cwd, each), each])).values()].toReversed();
};
