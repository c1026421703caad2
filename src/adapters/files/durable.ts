import { chmod, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { storing } from './storage-error.ts';

export const privateDirectory = 0o700;
export const privateFile = 0o600;

/** A new name in a directory is on the disk only when the directory is. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes `path` and what is missing above it, all 0700, durable when it resolves. */
export const makePrivateDirectory = async (path: string): Promise<void> =>
  storing(path, async () => {
    const first = await mkdir(path, { recursive: true, mode: privateDirectory });
    if (first === undefined) return;
    // The umask may have taken bits from the owner as well.
    await chmod(path, privateDirectory);
    for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
  });

/** A name beside `path` under which it is written until it is whole. */
export const unfinishedName = (path: string): string => `${path}.${randomUUID()}.part`;

/** Writes a file of 0600 whole or not at all: `fill` writes an unfinished one, which then gets the name. */
export const writeWhole = async (path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> => {
  const unfinished = unfinishedName(path);
  try {
    const handle = await open(unfinished, 'wx', privateFile);
    try {
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
};

/** The same with a text; what the disk refuses is told as a StorageError. */
export const writeDurably = async (path: string, text: string): Promise<void> =>
  storing(path, () => writeWhole(path, (handle) => handle.writeFile(text)));
