/** Why something is not as it should be, with what was seen that says so. */
export interface Cause {
  /** The rule that found it: `kubelet-stopped`. */
  readonly rule: string;
  /** A sentence. */
  readonly cause: string;
  /** What was seen, a line each: never empty. */
  readonly evidence: readonly string[];
  /** What to type or do next. */
  readonly next: string;
  /** It may well be meant so, or holds nothing up by itself. */
  readonly minor?: true;
}
