/** Nodes that leave a cluster or join it, as the oracle knows it. */
export interface NodesWish {
  readonly leaves: ReadonlySet<string>;
  readonly joins: ReadonlySet<string>;
  /** The machines of those that leave are gone: nothing is done there. Otherwise they are to be bare. */
  readonly gone: boolean;
}
