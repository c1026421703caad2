import type { Files } from '../world/files.ts';

/** Whether a directory is there, links followed. */
export const isDirectoryAt = (files: Files, path: string): boolean => files.stat(path)?.kind === 'directory';

/** Whether a regular file is there, links followed. */
export const isFileAt = (files: Files, path: string): boolean => files.stat(path)?.kind === 'file';
