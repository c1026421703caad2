import type { BackupTarget, Cluster } from '../model/cluster.ts';

export interface StoredFile {
  /** Slashes in between, relative to the place: `paris/2026-11-21-093012-1f3a/etcd-snapshot.db`. */
  readonly name: string;
  readonly bytes: number;
}

export type Bytes = AsyncIterable<Uint8Array>;

/** Somewhere that backups are kept: a directory, another host, a bucket. Everything travels as a stream. */
export interface BackupPlace {
  /** As an operator writes it; holds no secret. */
  readonly address: string;
  /** Everything whose name begins with `prefix` and a slash, in the order of names; nothing where there is nothing. */
  list(prefix: string): Promise<readonly StoredFile[]>;
  /** Whole or not at all, readable by its owner only; durable when it resolves. What had that name is replaced. */
  write(name: string, content: Bytes): Promise<void>;
  /** @throws PlaceError when it is not there. */
  read(name: string): Promise<Bytes>;
  /** Removes files for good; one that is not there is no error. */
  remove(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A place that does not do what it was asked: what happened, where, and what to do. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
  readonly fix: string;
  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

export interface BackupPlaces {
  /** Connects to nothing yet. */
  open(target: BackupTarget, cluster: Cluster): Promise<BackupPlace>;
}
