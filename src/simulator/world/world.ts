import type { Actor } from './actor.ts';

/** An object as the API stores it: what kubectl prints with `-o json`. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
    deletionTimestamp?: string;
    creationTimestamp: string;
    finalizers?: string[];
  };
  [field: string]: unknown;
}

/** As etcd has it: with the revision at which it was made. */
export interface StoredObject {
  readonly object: KubeObject;
  readonly madeAt: number;
}

/** What is stored in etcd, read and written through some API server that serves. */
export interface Objects {
  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(kind: string, namespace?: string): readonly KubeObject[];
  /** Creates or replaces it, with a new resourceVersion. */
  put(object: KubeObject, actor: Actor): void;
  remove(kind: string, namespace: string | undefined, name: string, actor: Actor): void;
  /** Grows with every write. */
  readonly revision: number;
  /** The revision of the last write to an object of this kind. */
  kindRevision(kind: string): number;
  /** All of it, in no order. */
  everything(): readonly StoredObject[];
}

export interface EtcdMember {
  readonly host: string;
  id: string;
  learner: boolean;
  /** Entries behind the leader. */
  lag: number;
  alarm: 'NOSPACE' | 'CORRUPT' | undefined;
  /** What its database takes beyond what holds keys. */
  looseBytes: number;
}

/** What one member's process runs on. */
export interface EtcdRun {
  readonly clusterId: string;
  readonly memberId: string;
  readonly revision: number;
  /** It is of the cluster that the API shows, or showed last. */
  readonly live: boolean;
  /** It began with nothing. */
  readonly empty: boolean;
  /** More than half of those that run on the same data answer each other. */
  readonly quorum: boolean;
}

/** The members of the cluster that the API shows, or showed last; a process may run on other data. */
export interface Etcd {
  readonly members: EtcdMember[];
  leader: string | undefined;
  /** Raft's: grows with each election. */
  readonly term: number;
  readonly clusterId: string;
  /** The revision up to which older ones are gone. */
  compacted: number;
  /** Whether more than half of the voters run and are caught up. */
  hasQuorum(): boolean;
  serving(host: string): boolean;
  /** It runs, and has a quorum of its own. */
  answers(host: string): boolean;
  runOf(host: string): EtcdRun;
  /** Nothing of Kubernetes is in it: it began anew without its data. */
  readonly empty: boolean;
  /** What the member of a host holds now can be made of this snapshot again. */
  keep(host: string, snapshot: string): void;
  /** The others go on without it; its process ends, and never begins again on what it has. */
  remove(member: EtcdMember): void;
  /** A leader names another member in its place; nothing where it leads no more. */
  handOver(from: string, to: string): void;
}

/** What one package of an archive asks for: another one, of that version or newer where one is named. */
export interface Dependency {
  readonly name: string;
  readonly atLeast?: string;
}

/** A package as an archive of the distribution offers it. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: readonly Dependency[];
}

/** One suite of a distribution, as its Release file names itself. */
export interface Archive {
  /** As a source names it: `http://deb.debian.org/debian`, `bookworm`. */
  readonly uri: string;
  readonly suite: string;
  /** `Debian-Security`, `12`, `stable-security`. */
  readonly label: string;
  readonly version: string;
  readonly archive: string;
  readonly packages: readonly ArchivePackage[];
}

/** What the apt mirror offers: minor → deb versions of kubeadm, kubelet, kubectl, newest first. */
export type Offers = Map<string, string[]>;
