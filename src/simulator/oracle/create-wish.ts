/** A cluster that is made out of bare hosts, or ended, as the oracle knows it. */
export interface CreateWish {
  /** `again`: it is there, and the same command is typed once more. */
  readonly kind: 'create' | 'again' | 'reset';
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** As the inventory writes them: `key=value:Effect`. */
  readonly taints: ReadonlyMap<string, readonly string[]>;
  /** Control planes take pods: there are no workers. */
  readonly schedulable: boolean;
  readonly controlPlanes: number;
  /** The DaemonSet that gives pods a network; missing: the hosts bring theirs. */
  readonly network?: string;
  /** It cannot be had: how that must be named. Nothing may be touched then. */
  readonly refused?: { readonly words: readonly (readonly string[])[] };
  /** A host that belongs to another cluster. */
  readonly foreign?: string;
}
