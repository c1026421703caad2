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
  /** What was asked for, so that it can be asked for again: durable when it resolves. */
  writeWish(json: string): Promise<void>;
  /** How the cluster was before the first step: durable when it resolves. */
  writeBaseline(json: string): Promise<void>;
}

/**
 * Whether the process that writes a run's record still lives. `elsewhere`: it ran on another host, which shares this
 * directory; nothing is known of it here.
 */
export type Writer = 'alive' | 'gone' | 'elsewhere';

export interface StoredCluster {
  readonly name: string;
  /** Absolute path of the directory of this cluster's files. */
  readonly directory: string;
  /** Everything that was journalled, in order. */
  readonly events: readonly Event[];
  /** Missing where the run was killed before it had written it. */
  readonly plan?: string;
}

/** The outline of a run: what its fleet journal says. */
export interface StoredRun {
  readonly id: string;
  readonly directory: string;
  readonly writer: Writer;
  /** Process of the writer, on its host: for messages. */
  readonly process?: { readonly pid: number; readonly host: string };
  /** Clusters that took part, in alphabetical order. */
  readonly clusters: readonly string[];
  /** Beginning and end of each cluster's part. */
  readonly transitions: readonly Event[];
  /** What was repaired while it was read, in words. */
  readonly notes: readonly string[];
}

/** What one journal file looks like to an auditor. */
export type JournalState =
  /** `sealed` is false where the run did not close it: killed, or still going on. */
  | { readonly kind: 'whole'; readonly entries: number; readonly sealed: boolean }
  /** All in order up to a last line without an end: its writer was killed, or is writing it now. */
  | { readonly kind: 'torn'; readonly entries: number; readonly line: number }
  | { readonly kind: 'broken'; readonly line: number; readonly problem: string };

export interface AuditedJournal {
  /** Absolute path. */
  readonly path: string;
  /** Absent for the fleet's. */
  readonly cluster?: string;
  readonly state: JournalState;
}

/** A journal that does not verify: it is not read. */
export class BrokenJournal extends Error {
  override readonly name = 'BrokenJournal';
  /** What to type next. */
  readonly fix: string;
  constructor(run: string, path: string, line: number, problem: string) {
    super(`${path}:${line}: the journal of run ${run} is broken: ${problem}`);
    this.fix = `nodeops audit verify ${run} tells what that means; a copy of the journal, if you have one, tells what it said`;
  }
}

export interface JournalStore {
  /** A new run's directory: `runs/<id>/`. */
  create(id: string): Promise<RunRecord>;
  /** The ids of all runs, oldest first. */
  list(): Promise<readonly string[]>;
  /**
   * A torn last line is taken off, which a note says, unless the run may still be writing it.
   * @throws BrokenJournal when its fleet journal does not verify.
   */
  read(id: string): Promise<StoredRun>;
  /** One cluster's part. Repairs as `read` does; `note` is called with what was repaired. @throws BrokenJournal */
  readCluster(id: string, cluster: string, note: (text: string) => void): Promise<StoredCluster>;
  /** What writeWish wrote; undefined where the run was killed before. */
  readWish(id: string, cluster: string): Promise<string | undefined>;
  /** What writeBaseline wrote; undefined where the run was killed before, or is of an older nodeops. */
  readBaseline(id: string, cluster: string): Promise<string | undefined>;
  /** Verifies every journal of a run; changes nothing. */
  audit(id: string): Promise<readonly AuditedJournal[]>;
  /** Removes the record of a run for good. */
  remove(id: string): Promise<void>;
}
