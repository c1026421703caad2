import { FileError } from '../world/files.ts';
import { copyNode, entryOf, isDirectory, targetOf, type DirectoryNode, type FileNode, type Node } from './node.ts';
import { nameOf, parentOf, resolvePath } from './path.ts';

let layers = 0;

/** The first 10 inodes of ext4 are its own. */
const firstInode = 12;

/** @throws FileError ENOENT for what is not there. */
export const found = (node: Node | undefined, path: string): Node => {
  if (node === undefined) throw new FileError('ENOENT', path);
  return node;
};

/**
 * Directories and what is in them, in layers: a tree can be the base of many others, which share its nodes and copy
 * what they change (a file and the directories above it).
 */
export class FileTree {
  readonly layer = layers++;
  #root: DirectoryNode;
  #nextInode: number;
  #frozen = false;
  /** Copies of files of the base, for handles that were opened before. */
  readonly #copies = new Map<number, FileNode>();

  /** @param base is frozen by this: who changes it afterwards gets an Error. */
  constructor(base?: FileTree) {
    if (base === undefined) {
      this.#nextInode = firstInode;
      const { layer } = this;
      this.#root = { kind: 'directory', inode: 2, layer, mode: 0o755, owner: 'root', changedAt: 0, entries: new Map() };
      return;
    }
    base.#frozen = true;
    this.#root = base.#root;
    this.#nextInode = base.#nextInode;
  }

  /** The number of a new file. */
  newInode(): number {
    return this.#nextInode++;
  }

  /** What an open file's node has become in this layer. */
  current(node: FileNode): FileNode {
    return this.#copies.get(node.inode) ?? node;
  }

  /** A node with its path, links in the way (and the last one, where `followLast`) resolved. @throws FileError ENOTDIR, ELOOP. */
  find(path: string, followLast = true, links = 0): { readonly node: Node; readonly real: string } | undefined {
    if (links > 40) throw new FileError('ELOOP', path);
    let node: Node = this.#root;
    let real = '/';
    for (let at = 1; at < path.length;) {
      const slash = path.indexOf('/', at);
      const end = slash === -1 ? path.length : slash;
      const next = entryOf(node, path.slice(at, end));
      if (next === undefined) {
        if (!isDirectory(node)) throw new FileError('ENOTDIR', path);
        return undefined;
      }
      const target = end < path.length || followLast ? targetOf(next) : undefined;
      if (target !== undefined) {
        const way = resolvePath(real, target) + path.slice(end);
        return this.find(way, followLast, links + 1);
      }
      real = path.slice(0, end);
      node = next;
      at = end + 1;
    }
    return { node, real };
  }

  /** The same, for who does not care why nothing is there. */
  look(path: string, followLast = true): Node | undefined {
    try {
      return this.find(path, followLast)?.node;
    } catch (error) {
      if (error instanceof FileError && error.code === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  /** Where a name is or would be made: links in the way resolved, and the last one too where `followLast`. */
  place(path: string, followLast: boolean): { readonly directory: string; readonly name: string } {
    const at = followLast ? this.find(path)?.real : undefined;
    if (at !== undefined) return { directory: parentOf(at), name: nameOf(at) };
    const last = this.look(path, false);
    const target = followLast && last !== undefined ? targetOf(last) : undefined;
    if (target !== undefined) return this.place(resolvePath(parentOf(path), target), true);
    const parent = this.find(parentOf(path));
    if (parent === undefined) throw new FileError('ENOENT', path);
    if (!isDirectory(parent.node)) throw new FileError('ENOTDIR', path);
    return { directory: parent.real, name: nameOf(path) };
  }

  #checkNotFrozen(path: string): void {
    if (this.#frozen) throw new Error(`${path}: this file system is the base of others and must not change any more`);
  }

  /** A directory of this layer, all those above it too. `path` holds no links. */
  ownDirectory(path: string): DirectoryNode {
    this.#checkNotFrozen(path);
    if (this.#root.layer !== this.layer) this.#root = copyNode(this.#root, this.layer);
    let directory = this.#root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      const next = found(directory.entries.get(name), path);
      if (next.kind !== 'directory') throw new FileError('EROFS', path);
      const own = next.layer === this.layer ? next : copyNode(next, this.layer);
      if (own !== next) directory.entries.set(name, own);
      directory = own;
    }
    return directory;
  }

  /** An entry that this layer may change. */
  own(directory: DirectoryNode, name: string, path: string): Node {
    const node = found(directory.entries.get(name), path);
    if (node.layer === this.layer) return node;
    const own = copyNode(node, this.layer);
    directory.entries.set(name, own);
    if (own.kind === 'file') this.#copies.set(own.inode, own);
    return own;
  }

  /** The copy of this layer; a file that has lost its name lives on for those who have it open. */
  ownFile(node: FileNode, path: string): FileNode {
    this.#checkNotFrozen(path);
    const own = this.#copies.get(node.inode) ?? node;
    if (own.layer === this.layer) return own;
    const at = this.look(path, false);
    const copy = at?.inode === node.inode ? this.own(this.ownDirectory(parentOf(path)), nameOf(path), path) : undefined;
    if (copy?.kind === 'file') return copy;
    const lost = copyNode(node, this.layer);
    this.#copies.set(lost.inode, lost);
    return lost;
  }
}
