import type { WorldEvent } from '../world/events.ts';
import type { SeenWorld } from './seen-world.ts';
import type { Found } from './found.ts';
import type { CreateWish } from './create-wish.ts';
import type { History } from './history.ts';
import type { Maintenance } from './maintenance-wish.ts';
import type { NodesWish } from './nodes-wish.ts';
import type { Note } from './note.ts';

/** An object by its name, and which of those that ever had it. */
export interface SeenObject {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** What the operator asked for, and allowed. */
export interface Wish {
  readonly version: string;
  /** Workers, as a number: percentages are the driver's to work out. */
  readonly maxUnavailable: number;
  readonly deleteEmptyDirData?: boolean;
  readonly forceDelete?: boolean;
  /** `none`: recorded, and only where no other node could take the pods. */
  readonly drain?: 'none';
  /** Going back: versions may fall, and the order is reversed. */
  readonly rollback?: boolean;
  /** The maintenance window: open for so long, again and again. `mustFit`: nothing goes wrong, so that what is begun ends in it. */
  readonly window?: {
    /** Virtual ms since the epoch; not after the beginning. */
    readonly opensAt: number;
    readonly everyMs: number;
    readonly durationMs: number;
    readonly mustFit: boolean;
  };
  /** Certificates: all of them renewed, or none, where none was due. */
  readonly certificates?: { readonly renewed: boolean };
  /** The kubelets' configuration: what has to stand in it, and whether no kubelet takes it. */
  readonly kubelets?: {
    readonly settings: readonly { readonly path: readonly string[]; readonly value: unknown }[];
    /** Kubelets may be restarted beneath pods. */
    readonly inPlace: boolean;
    readonly refused?: { readonly says: string; readonly when: 'asked' | 'started' };
  };
  /** etcd gets another image (`unknown`: that the registry does not have), or the lost member of a node is replaced. */
  readonly etcd?:
    | { readonly kind: 'upgrade'; readonly image: string; readonly unknown: boolean }
    | { readonly kind: 'replace'; readonly node: string };
  /** Nodes leave or join, and `version` is the one that the cluster has. */
  readonly nodes?: NodesWish;
  /** A cluster of `version` is made out of bare hosts, or ended. */
  readonly create?: CreateWish;
  /** Nodes are patched, restarted, taken out or given back, and `version` is the one that they have. */
  readonly maintenance?: Maintenance;
  /** `outage` (a restore) suspends invariants 1, 2 and 6, and 3 for kubelets that are restarted as they are. */
  readonly mode?: 'rolling' | 'outage';
  /** What is to be there again. */
  readonly restore?: {
    /** sha256 of the backup's snapshot of etcd. */
    readonly snapshot: string;
    /** What etcd held then, but for what comes and goes by itself. */
    readonly objects: readonly SeenObject[];
    /** What was made since. */
    readonly later: readonly SeenObject[];
  };
  /** Planted by the driver: a sudo password, a mirror's password. */
  readonly secrets?: readonly string[];
}

/** Whether a host is to be a node that was none: its packages are held from then on. */
export const becomesNode = ({ nodes, create }: Wish, host: string): boolean =>
  nodes?.joins.has(host) === true || create?.kind === 'create';

export interface Break {
  readonly invariant: number;
  /** Virtual ms since the epoch. */
  readonly at: number;
  readonly what: string;
}

/** What an invariant sees, and whom it tells. */
export interface Scene {
  readonly world: SeenWorld;
  readonly wish: Wish;
  readonly found: Found;
  readonly history: History;
  /** The invariant could have been broken just now. */
  reached(): void;
  broken(what: string): void;
}

/** Told of everything after the history was, in the order in which it happens. */
export interface Watch {
  event?(event: WorldEvent): void;
  note?(note: Note): void;
}

export interface Invariant {
  /** As in the list of design.md, section 3. */
  readonly number: number;
  readonly title: string;
  watch(scene: Scene): Watch;
}
