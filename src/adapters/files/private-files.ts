import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PrivateFiles } from '../../ports/private-files.ts';
import { privateFile, syncDirectory, unfinishedName } from './durable.ts';
import { explainStorage, hasCode, StorageError } from './storage-error.ts';

const kindOf = async (path: string): Promise<'file' | 'folder' | undefined> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw explained(error, path);
  }
};

/** Such a file lies where the operator wants it, not in the state directory: the advice is another. */
const explained = (error: unknown, path: string): unknown => {
  const known = explainStorage(error, path);
  if (!(known instanceof StorageError)) return error;
  const what = known.message.slice(`${path}: `.length, -` ${known.fix}`.length).replace(/\.$/, '');
  return new StorageError(path, what, 'Name another place with --out', { cause: error });
};

const readableFile = 0o644;

const writeUnfinished = async (path: string, text: string, mode: number): Promise<void> => {
  const handle = await open(path, 'wx', privateFile);
  try {
    // Whatever the umask takes from it.
    if (mode !== privateFile) await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const write: PrivateFiles['write'] = async (path, text, { replace, readable = false }) => {
  const unfinished = unfinishedName(path);
  try {
    await writeUnfinished(unfinished, text, readable ? readableFile : privateFile);
    if (replace) await rename(unfinished, path);
    // A link fails where a name is taken already: nothing that appeared in between is written over.
    else await link(unfinished, path);
  } catch (error) {
    throw explained(error, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  await syncDirectory(dirname(path));
};

/** On the operator’s disk. */
export const privateFiles: PrivateFiles = {
  find: async (path) => {
    const there = await kindOf(path);
    if (there !== undefined) return there;
    return (await kindOf(dirname(path))) === 'folder' ? 'nothing' : 'no folder';
  },
  write,
};
