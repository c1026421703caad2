import type { Actor } from '../world/actor.ts';
import {
  FileError,
  type Computed,
  type FileChange,
  type FileHandle,
  type Files,
  type OpenOptions,
  type FileStat,
} from '../world/files.ts';
import { found, FileTree } from './file-tree.ts';
import { computedNode, isDirectory, statOf, targetOf, type FileNode, type Node } from './node.ts';
import { openHandle, textOf, type FileSurroundings, type WholeHandle } from './open-handle.ts';
import { below, nameOf, parentOf } from './path.ts';

/**
 * A file system in memory. A prepared one can be taken as the base of many: it is shared, and each layer copies what it
 * changes (a file and the directories above it), so that a new host costs nothing until it writes.
 */
export class MemoryFiles implements Files {
  readonly #around: FileSurroundings;
  readonly #tree: FileTree;
  readonly #changes: FileChange[] = [];

  /** @param base is frozen by this: who changes it afterwards gets an Error. */
  constructor(around: FileSurroundings, base?: MemoryFiles) {
    this.#around = around;
    this.#tree = new FileTree(base === undefined ? undefined : base.#tree);
  }

  #changed(path: string, actor: Actor, existed: boolean): void {
    this.#changes.push({ path, actor, existed });
    this.#around.onChange?.(path, actor);
  }

  #head(mode: number): { inode: number; layer: number; mode: number; owner: string; changedAt: number } {
    return {
      inode: this.#tree.newInode(),
      layer: this.#tree.layer,
      mode,
      owner: 'root',
      changedAt: this.#around.now(),
    };
  }

  #add(path: string, actor: Actor, make: () => Node): void {
    const { directory, name } = this.#tree.place(path, false);
    const parent = this.#tree.ownDirectory(directory);
    if (parent.entries.has(name)) throw new FileError('EEXIST', path);
    parent.entries.set(name, make());
    parent.changedAt = this.#around.now();
    this.#changed(below(directory, name), actor, false);
  }

  read(path: string): string {
    return textOf(found(this.#tree.find(path)?.node, path), path);
  }

  write(
    path: string,
    text: string,
    actor: Actor,
    options: { readonly append?: boolean; readonly exclusive?: boolean; readonly mode?: number } = {},
  ): void {
    const handle = this.#open(path, actor, { ...options, create: true });
    if (options.append === true) handle.write(handle.text().length, text);
    else handle.replace(text);
  }

  open(path: string, actor: Actor, options: OpenOptions = {}): FileHandle {
    return this.#open(path, actor, options);
  }

  #open(path: string, actor: Actor, options: OpenOptions): WholeHandle {
    const existing = this.#tree.find(path, options.exclusive !== true);
    if (existing !== undefined && options.exclusive === true) throw new FileError('EEXIST', path);
    if (existing !== undefined) {
      const writes = options.create === true || options.truncate === true;
      if (writes && isDirectory(existing.node)) throw new FileError('EISDIR', path);
      const handle = this.#handle(existing.node, existing.real, actor);
      if (options.truncate === true && existing.node.kind === 'file') handle.replace('');
      return handle;
    }
    if (options.create !== true) throw new FileError('ENOENT', path);
    const { directory, name } = this.#tree.place(path, true);
    const node: FileNode = { kind: 'file', ...this.#head(options.mode ?? 0o644), text: '' };
    this.#add(below(directory, name), actor, () => node);
    return this.#handle(node, below(directory, name), actor);
  }

  #handle(node: Node, path: string, actor: Actor): WholeHandle {
    const change = (): void => this.#changed(path, actor, true);
    return openHandle({ tree: this.#tree, node, path, around: this.#around, change });
  }

  stat(path: string): FileStat | undefined {
    const node = this.#tree.look(path);
    return node === undefined ? undefined : statOf(node);
  }

  linkStat(path: string): FileStat | undefined {
    const node = this.#tree.look(path, false);
    return node === undefined ? undefined : statOf(node);
  }

  readLink(path: string): string | undefined {
    const node = this.#tree.look(path, false);
    return node === undefined ? undefined : targetOf(node);
  }

  realPath(path: string): string | undefined {
    return this.#tree.look(path) === undefined ? undefined : this.#tree.find(path)?.real;
  }

  list(path: string): readonly string[] {
    const node = found(this.#tree.find(path)?.node, path);
    if (node.kind === 'directory') return [...node.entries.keys()].toSorted();
    if (node.kind === 'computed' && node.computed.kind === 'directory') return node.computed.list().toSorted();
    throw new FileError('ENOTDIR', path);
  }

  makeDirectory(
    path: string,
    actor: Actor,
    options: { readonly parents?: boolean; readonly mode?: number } = {},
  ): void {
    const parent = parentOf(path);
    if (options.parents === true) {
      const there = this.#tree.look(path);
      if (there !== undefined && isDirectory(there)) return;
      // mkdir(1): the parents get what the umask leaves, `--mode` is for the last one.
      if (path !== '/') this.makeDirectory(parent, actor, { parents: true, mode: (options.mode ?? 0o755) | 0o300 });
    }
    this.#add(path, actor, () => ({ kind: 'directory', ...this.#head(options.mode ?? 0o755), entries: new Map() }));
  }

  remove(path: string, actor: Actor, options: { readonly recursive?: boolean } = {}): void {
    const { directory, name } = this.#tree.place(path, false);
    const node = found(this.#tree.look(path, false), path);
    if (node.kind === 'directory' && node.entries.size > 0) {
      if (options.recursive !== true) throw new FileError('ENOTEMPTY', path);
      for (const inner of node.entries.keys()) this.remove(below(path, inner), actor, options);
    }
    const parent = this.#tree.ownDirectory(directory);
    parent.entries.delete(name);
    parent.changedAt = this.#around.now();
    this.#changed(below(directory, name), actor, true);
  }

  move(from: string, to: string, actor: Actor): void {
    const source = this.#tree.place(from, false);
    const node = found(this.#tree.look(from, false), from);
    const target = this.#tree.place(to, false);
    const there = this.#tree.look(to, false);
    if (there !== undefined && there.kind === 'directory') {
      if (node.kind !== 'directory') throw new FileError('EISDIR', to);
      if (there.entries.size > 0) throw new FileError('ENOTEMPTY', to);
    } else if (there !== undefined && node.kind === 'directory') throw new FileError('ENOTDIR', to);
    const own = this.#tree.own(this.#tree.ownDirectory(source.directory), source.name, from);
    this.#tree.ownDirectory(source.directory).entries.delete(source.name);
    this.#tree.ownDirectory(target.directory).entries.set(target.name, own);
    this.#changed(below(source.directory, source.name), actor, true);
    this.#changed(below(target.directory, target.name), actor, there !== undefined);
  }

  #touch(path: string, actor: Actor, change: (node: Node) => void): void {
    const real = this.#tree.find(path)?.real;
    if (real === undefined) throw new FileError('ENOENT', path);
    change(
      real === '/'
        ? this.#tree.ownDirectory('/')
        : this.#tree.own(this.#tree.ownDirectory(parentOf(real)), nameOf(real), path),
    );
    this.#changed(real, actor, true);
  }

  changeMode(path: string, mode: number, actor: Actor): void {
    this.#touch(path, actor, (node) => (node.mode = mode));
  }

  changeOwner(path: string, owner: string, actor: Actor): void {
    this.#touch(path, actor, (node) => (node.owner = owner));
  }

  changeTime(path: string, actor: Actor, changedAt?: number): void {
    this.#touch(path, actor, (node) => (node.changedAt = changedAt ?? this.#around.now()));
  }

  link(target: string, path: string, actor: Actor): void {
    this.#add(path, actor, () => ({ kind: 'link', ...this.#head(0o777), target }));
  }

  nameAgain(path: string, name: string, actor: Actor): void {
    const node = found(this.#tree.find(path)?.node, path);
    this.#add(name, actor, () => node);
  }

  makeSocket(path: string, actor: Actor): void {
    this.#add(path, actor, () => ({ kind: 'socket', ...this.#head(0o660) }));
  }

  compute(path: string, computed: Computed): void {
    const { directory, name } = this.#tree.place(path, false);
    this.#tree.ownDirectory(directory).entries.set(name, computedNode(computed, this.#tree.newInode()));
  }

  /** A device that swallows what is written and has nothing to read: /dev/null. */
  makeDevice(path: string): void {
    const { directory, name } = this.#tree.place(path, false);
    this.#tree.ownDirectory(directory).entries.set(name, { kind: 'device', ...this.#head(0o666) });
  }

  mark(): number {
    return this.#changes.length;
  }

  changedSince(mark: number): readonly FileChange[] {
    return this.#changes.slice(mark);
  }
}

/** A host's own file system above a prepared one, which is shared and must not change any more. */
export const cloneFiles = (base: MemoryFiles, around: FileSurroundings): MemoryFiles => new MemoryFiles(around, base);
