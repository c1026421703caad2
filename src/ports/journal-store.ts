import type { Event } from '../model/event.ts';

/** The append-only record of one cluster's part of a run. */
export interface Journal {
  /** Durable (fsynced) when it resolves. */
  append(event: Event): Promise<void>;
}

export interface RunRecord {
  readonly id: string;
  /** Cluster transitions only. */
  readonly fleet: Journal;
  cluster(name: string): Promise<ClusterRecord>;
  close(): Promise<void>;
}

export interface ClusterRecord {
  readonly journal: Journal;
  /** Absolute path of the directory of this cluster's files, for messages. */
  readonly directory: string;
  writePlan(json: string): Promise<void>;
}

export interface JournalStore {
  /** A new run's directory: `runs/<id>/`. */
  create(id: string): Promise<RunRecord>;
}
