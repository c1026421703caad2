/** Where a hook of a maintenance runs: `itself` is the node that it is about. */
export type MaintenanceHookPlace = 'operator' | 'control-plane' | 'itself' | { readonly node: string };

/** What an operator has run before and after a node, or the whole cluster, is worked on. */
export interface MaintenanceHook {
  readonly name: string;
  /** What it is around. */
  readonly of: 'node' | 'cluster';
  /** Missing where it has only an after. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly on: MaintenanceHookPlace;
  readonly timeoutMs: number;
  /** Its after is also run where the work in between failed or was stopped. */
  readonly always: boolean;
}
