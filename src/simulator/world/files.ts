import type { Actor } from './actor.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'socket' | 'device';
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
  readonly code: 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOSPC' | 'ENOTEMPTY' | 'EACCES' | 'EROFS' | 'ELOOP';
  readonly path: string;
  constructor(code: FileError['code'], path: string) {
    // An answer of the file system, not a mistake: thousands come in a simulation, and a stack costs more than the rest.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(`${path}: ${code}`);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.path = path;
  }
}

/** What is made up when it is looked at, as the kernel does below /proc: nothing of it is stored. */
export type Computed =
  | { readonly kind: 'file'; readonly read: () => string; readonly mode?: number }
  | { readonly kind: 'link'; readonly target: () => string }
  | {
      readonly kind: 'directory';
      readonly list: () => readonly string[];
      readonly get: (name: string) => Computed | undefined;
    };

/** A file that is open: it stays the same file when another one is moved over its name. */
export interface FileHandle {
  readonly path: string;
  readonly inode: number;
  /** All of it as it is now. */
  text(): string;
  /** Puts text at a byte offset; what lies beyond stays. @throws FileError ENOSPC, and then nothing was written. */
  write(at: number, text: string): void;
}

/** Flags of open(2). */
export interface OpenOptions {
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly mode?: number;
}

export interface FileChange {
  readonly path: string;
  readonly actor: Actor;
  /** Whether something had been at that path before this change. */
  readonly existed: boolean;
}

/**
 * One host's file system. Paths are absolute and normal; links are followed. Text is kept as JavaScript strings, one
 * character a byte (latin1): who has other characters converts them (`files/bytes.ts`). Every change is attributed to
 * an actor.
 */
export interface Files {
  /** @throws FileError ENOENT, EISDIR. */
  read(path: string): string;
  /** Missing parents are an ENOENT; `exclusive` is O_EXCL; ENOSPC where the host's disk is full. */
  write(
    path: string,
    text: string,
    actor: Actor,
    options?: { readonly append?: boolean; readonly exclusive?: boolean; readonly mode?: number },
  ): void;
  /** open(2); without `create` a missing file is an ENOENT. */
  open(path: string, actor: Actor, options?: OpenOptions): FileHandle;
  stat(path: string): FileStat | undefined;
  /** lstat(2): of a link itself. */
  linkStat(path: string): FileStat | undefined;
  /** readlink(2); undefined for what is no link. */
  readLink(path: string): string | undefined;
  /** realpath(3): undefined for what does not exist. */
  realPath(path: string): string | undefined;
  /** Names in a directory, sorted as `LC_ALL=C` does. */
  list(path: string): readonly string[];
  makeDirectory(path: string, actor: Actor, options?: { readonly parents?: boolean; readonly mode?: number }): void;
  remove(path: string, actor: Actor, options?: { readonly recursive?: boolean }): void;
  /** rename(2): replaces what is there. */
  move(from: string, to: string, actor: Actor): void;
  changeMode(path: string, mode: number, actor: Actor): void;
  /** chown(2), a name or a number. */
  changeOwner(path: string, owner: string, actor: Actor): void;
  /** utimensat(2): when its content last changed, in ms; now, where none is given. */
  changeTime(path: string, actor: Actor, changedAt?: number): void;
  /** link(2): another name of the same file; takes no room. @throws FileError ENOENT, EEXIST. */
  nameAgain(path: string, name: string, actor: Actor): void;
  /** A symbolic link. */
  link(target: string, path: string, actor: Actor): void;
  makeSocket(path: string, actor: Actor): void;
  /** Puts something computed at a path; no change, no mark. */
  compute(path: string, computed: Computed): void;
  /** Paths that changed since a mark, for the proof that a question changed nothing. */
  mark(): number;
  changedSince(mark: number): readonly FileChange[];
}
