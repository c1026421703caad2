import type { Computed, FileStat } from '../world/files.ts';

interface NodeBase {
  readonly inode: number;
  /** The layer that may change it; another one makes a copy first. */
  readonly layer: number;
  mode: number;
  owner: string;
  changedAt: number;
}

export interface FileNode extends NodeBase {
  readonly kind: 'file';
  text: string;
}
export interface DirectoryNode extends NodeBase {
  readonly kind: 'directory';
  readonly entries: Map<string, FileNode | DirectoryNode | OtherNode>;
}
export type OtherNode = NodeBase &
  (
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'socket' | 'device' }
    | { readonly kind: 'computed'; readonly computed: Computed }
  );
export type Node = FileNode | DirectoryNode | OtherNode;

/** The same node for another layer: its inode stays, for it is the same file. */
export const copyNode = <T extends Node>(node: T, layer: number): T =>
  node.kind === 'directory' ? { ...node, layer, entries: new Map(node.entries) } : { ...node, layer };

const computedModes = { file: 0o444, link: 0o777, directory: 0o555 } as const;

/** What is seen of a computed entry, as a node. */
export const computedNode = (computed: Computed, inode: number): Node => ({
  kind: 'computed',
  computed,
  inode,
  layer: -1,
  mode: (computed.kind === 'file' ? computed.mode : undefined) ?? computedModes[computed.kind],
  owner: 'root',
  changedAt: 0,
});

/** Where a link leads, or undefined for what is none. */
export const targetOf = (node: Node): string | undefined => {
  if (node.kind === 'link') return node.target;
  return node.kind === 'computed' && node.computed.kind === 'link' ? node.computed.target() : undefined;
};

export const isDirectory = (node: Node): boolean =>
  node.kind === 'directory' || (node.kind === 'computed' && node.computed.kind === 'directory');

/** One entry of a directory, computed ones included. */
export const entryOf = (node: Node, name: string): Node | undefined => {
  if (node.kind === 'directory') return node.entries.get(name);
  if (node.kind !== 'computed' || node.computed.kind !== 'directory') return undefined;
  const found = node.computed.get(name);
  return found === undefined ? undefined : computedNode(found, node.inode * 1000 + name.length);
};

/** stat(2) of a node. Sizes below /proc are 0, as the kernel says. */
export const statOf = (node: Node): FileStat => {
  const kind = node.kind === 'computed' ? node.computed.kind : node.kind;
  const bytes = node.kind === 'file' ? node.text.length : node.kind === 'directory' ? 4096 : 0;
  const { mode, changedAt, inode, owner } = node;
  return { kind, mode, bytes, changedAt, inode, owner, device: node.kind === 'computed' ? 0x16 : 0x801 };
};
