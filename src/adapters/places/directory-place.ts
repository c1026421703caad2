import { open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { PlaceError, type BackupPlace, type Bytes, type StoredFile } from '../../ports/backup-places.ts';
import { makePrivateDirectory, writeWhole } from '../files/durable.ts';
import { explainStorage, hasCode, StorageError } from '../files/storage-error.ts';
import { checkedName } from './checked-name.ts';

/** What the file system refuses, as a place says it. */
const trying = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const known = explainStorage(error, path);
    if (known instanceof StorageError)
      throw new PlaceError(
        known.message.replace(`. ${known.fix}`, ''),
        known.fix.replace(/ or set XDG_STATE_HOME to a directory elsewhere$/, ', or name another place with --to'),
        { cause: error },
      );
    throw error;
  }
};

const writeFile = async (path: string, content: Bytes): Promise<void> => {
  await makePrivateDirectory(dirname(path));
  await writeWhole(path, async (handle) => {
    for await (const chunk of content) await handle.writeFile(chunk);
  });
};

const listBelow = async (root: string, directory: string): Promise<readonly StoredFile[]> => {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const sized = await Promise.all(
      files.map(async (path) => ({ name: relative(root, path).split(sep).join('/'), bytes: (await stat(path)).size })),
    );
    return sized.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};

/** Folders that a removal left empty go as well; one that is not empty stays. */
const removeEmpty = async (directory: string): Promise<void> => {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error;
  }
};

/** A directory of the operator's machine: folders 0700, files 0600. */
export const createDirectoryPlace = (root: string): BackupPlace => ({
  address: root,
  list: (prefix) => trying(root, () => listBelow(root, join(root, checkedName(prefix)))),
  write: (name, content) => trying(join(root, name), () => writeFile(join(root, checkedName(name)), content)),
  read: async (name) => {
    const path = join(root, checkedName(name));
    return trying(path, async () => {
      try {
        return (await open(path, 'r')).createReadStream();
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
        throw new PlaceError(`${path} is not there`, `see what is: nodeops backup list`, { cause: error });
      }
    });
  },
  remove: (names) =>
    trying(root, async () => {
      const paths = names.map((name) => join(root, checkedName(name)));
      for (const path of paths) await rm(path, { force: true });
      for (const directory of new Set(paths.map((path) => dirname(path)))) await removeEmpty(directory);
    }),
  close: () => Promise.resolve(),
});
