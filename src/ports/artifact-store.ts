/** What is kept on the operator's side: etcd snapshots and their manifests. */
export interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ArtifactWriter {
  readonly sink: NodeJS.WritableStream;
  /** Ends the sink and tells what was written, before it has a name. */
  sha256(): Promise<string>;
  /** Closes, fsyncs and names the file; nothing of that name existed before, or it is replaced whole. */
  commit(): Promise<Artifact>;
  abort(): Promise<void>;
}

export interface ArtifactStore {
  /** `name` may hold slashes: `paris/etcd-1.36.3.db`. Files are 0600. */
  open(name: string): Promise<ArtifactWriter>;
  find(name: string): Promise<Artifact | undefined>;
  /** Its content, as a stream; undefined where there is none of that name. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** The names of what lies below `prefix`, a directory: `paris/2026-11-21-093012-1f3a`. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes one file for good; one that is not there is no error. */
  remove(name: string): Promise<void>;
  /** Removes all of it for good. */
  removeAll(prefix: string): Promise<void>;
}
