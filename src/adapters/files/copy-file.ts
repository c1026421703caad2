import { constants, copyFile as copy, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { privateFile, syncDirectory } from './durable.ts';
import { explainStorage } from './storage-error.ts';

/**
 * Copies a file for the operator's eyes only; durable when it resolves. Nothing that is there already is written over.
 * @throws Error with a `fix` when the disk refuses.
 */
export const copyFile = async (from: string, to: string): Promise<void> => {
  try {
    await copy(from, to, constants.COPYFILE_EXCL);
    const handle = await open(to, 'r+');
    try {
      await handle.chmod(privateFile);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncDirectory(dirname(to));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) await rm(to, { force: true });
    throw explainStorage(error, to);
  }
};
