/** What a finding is about. */
export type FindingKind =
  /** A pod that nothing would bring back. */
  | 'lone'
  /** An emptyDir that the inventory does not give up. */
  | 'local-data'
  /** Nothing that takes pods is left. */
  | 'nowhere'
  /** Two budgets on one pod: the eviction API refuses that always. */
  | 'two-budgets'
  /** A budget that can never be met, or whose controller cannot count. */
  | 'never-allowed'
  /** A budget that stays used up: what would free it cannot become ready. */
  | 'stays-refused'
  /** Two nodes that are drained together wait for each other's pods. */
  | 'wait-for-each-other'
  /** It takes longer than the time-out. */
  | 'too-slow'
  /** A finalizer, or a grace period beyond the time-out. */
  | 'may-not-end'
  /** It ought to be gone already. */
  | 'does-not-end'
  /** An admission webhook or policy refuses evictions. */
  | 'not-admitted'
  /** What a dry run would tell cannot be had. */
  | 'unseen'
  /** Its replacement may come back to the cordoned node. */
  | 'comes-back'
  /** Its replacement fits no other node: fewer replicas until the node is back. */
  | 'homeless'
  /** No replica serves for a while. */
  | 'outage'
  /** A Job's pod begins again. */
  | 'starts-again';

/**
 * `block`: the drain cannot end within its time-out, or pods or data would be lost without the setting that allows it.
 * `warn`: the workload suffers, or the drain may not end.
 */
export interface Finding {
  readonly level: 'block' | 'warn';
  readonly kind: FindingKind;
  readonly node: string;
  /** `default/web-1`; missing for one that will only come into being. */
  readonly pod?: string;
  /** `default/web` */
  readonly budget?: string;
  /** `deployment default/web` */
  readonly owner?: string;
  readonly because: string;
  readonly fix: string;
}
