import type { Kernel } from '../kernel.ts';
import type { WorldEvent } from '../world/events.ts';
import type { FileChange, Files } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import type { Archive, Etcd, EtcdMember, Objects } from '../world/world.ts';

/** A host as the oracle sees it: it only looks. */
export interface SeenHost extends Pick<
  Host,
  | 'name'
  | 'role'
  | 'address'
  | 'packages'
  | 'units'
  | 'kubelet'
  | 'components'
  | 'power'
  | 'boot'
  | 'clockOffsetMs'
  | 'disk'
  | 'network'
  | 'machine'
  | 'fileLocks'
> {
  readonly files: Pick<Files, 'read' | 'stat' | 'list' | 'mark'> & {
    changedSince(mark: number): readonly FileChange[];
  };
}

/** What of a world the oracle sees: every world is one. */
export interface SeenWorld {
  readonly kernel: Pick<Kernel, 'now'>;
  readonly hosts: ReadonlyMap<string, SeenHost>;
  readonly cluster: string;
  readonly objects: Pick<Objects, 'get' | 'list' | 'revision'>;
  readonly etcd: Pick<Etcd, 'hasQuorum' | 'runOf' | 'empty' | 'compacted'> & {
    readonly members: readonly EtcdMember[];
  };
  readonly archives: readonly Archive[];
  listen(listener: (event: WorldEvent) => void): void;
}
