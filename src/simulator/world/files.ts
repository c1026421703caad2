import type { Actor } from './actor.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'socket';
  readonly mode: number;
  readonly bytes: number;
  /** ms since the epoch, by the host's own clock. */
  readonly changedAt: number;
  readonly inode: number;
  readonly device: number;
  readonly owner: string;
}

/** Why a call failed, as the C library would say it. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOSPC' | 'ENOTEMPTY' | 'EACCES' | 'EROFS';
  constructor(code: FileError['code'], path: string) {
    super(`${path}: ${code}`);
    this.code = code;
  }
}

/**
 * One host's file system. Paths are absolute and normal; links are followed. Text is kept as JavaScript strings, one
 * character a byte (latin1) where a file is binary. Every change is attributed to an actor.
 */
export interface Files {
  read(path: string): string;
  /** Missing parents are an ENOENT; `exclusive` is O_EXCL; ENOSPC where the host's disk is full. */
  write(
    path: string,
    text: string,
    actor: Actor,
    options?: { readonly append?: boolean; readonly exclusive?: boolean; readonly mode?: number },
  ): void;
  stat(path: string): FileStat | undefined;
  /** Names in a directory, sorted as `LC_ALL=C` does. */
  list(path: string): readonly string[];
  makeDirectory(path: string, actor: Actor, options?: { readonly parents?: boolean; readonly mode?: number }): void;
  remove(path: string, actor: Actor, options?: { readonly recursive?: boolean }): void;
  /** rename(2): replaces what is there. */
  move(from: string, to: string, actor: Actor): void;
  changeMode(path: string, mode: number, actor: Actor): void;
  link(target: string, path: string, actor: Actor): void;
  /** Paths that changed since a mark, for the proof that a question changed nothing. */
  mark(): number;
  changedSince(mark: number): readonly { readonly path: string; readonly actor: Actor }[];
}
