import type { Actor } from '../world/actor.ts';
import { FileError, type FileHandle } from '../world/files.ts';
import type { FileTree } from './file-tree.ts';
import { isDirectory, type Node } from './node.ts';

/** What a file system asks of its host. */
export interface FileSurroundings {
  /** The host's own clock, ms since the epoch. */
  readonly now: () => number;
  /** Bytes that are left on the disk; without it there is room for all. */
  readonly free?: () => number;
  /** Called after each change. */
  readonly onChange?: (path: string, actor: Actor) => void;
}

export interface WholeHandle extends FileHandle {
  /** Truncates, then writes: on a full disk the file is left empty. */
  replace(text: string): void;
}

/** What is read of a node. @throws FileError EISDIR, EACCES. */
export const textOf = (node: Node, path: string): string => {
  if (node.kind === 'file') return node.text;
  if (node.kind === 'computed' && node.computed.kind === 'file') return node.computed.read();
  if (isDirectory(node)) throw new FileError('EISDIR', path);
  if (node.kind === 'device') return '';
  throw new FileError('EACCES', path);
};

interface Opening {
  readonly tree: FileTree;
  readonly node: Node;
  readonly path: string;
  readonly around: FileSurroundings;
  /** Says that the file has changed. */
  readonly change: () => void;
}

/** Opens a node: whatever becomes of its name, the handle stays with it. */
export const openHandle = ({ tree, node, path, around, change }: Opening): WholeHandle => {
  const read = (): string => textOf(node.kind === 'file' ? tree.current(node) : node, path);
  const free = (): number => around.free?.() ?? Infinity;
  const put = (text: string): void => {
    if (node.kind === 'device') return;
    if (node.kind !== 'file') throw new FileError('EACCES', path);
    const own = tree.ownFile(node, path);
    own.text = text;
    own.changedAt = around.now();
    change();
  };
  return {
    path,
    inode: node.inode,
    text: read,
    replace: (text) => {
      const old = read();
      if (old === '' && text === '') return;
      const fits = text.length <= old.length || text.length - old.length <= free();
      put(fits ? text : '');
      if (!fits) throw new FileError('ENOSPC', path);
    },
    write: (at, text) => {
      const old = read();
      const whole =
        at === old.length ? old + text : old.slice(0, at).padEnd(at, '\0') + text + old.slice(at + text.length);
      if (whole.length > old.length && whole.length - old.length > free()) throw new FileError('ENOSPC', path);
      put(whole);
    },
  };
};
