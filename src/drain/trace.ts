import type { DisruptionBudget } from '../facts/disruption-budgets.ts';
import type { Owner } from './owner.ts';
import type { Actor } from './scene.ts';

/** Nodes that are drained one after the other, so many at once. */
export interface Stage {
  readonly nodes: readonly string[];
  readonly atOnce: number;
  /** Seconds from the end of a drain until the node takes pods again. */
  readonly outSeconds: number | 'for-good';
}

export interface Play {
  readonly stages: readonly Stage[];
  readonly timeoutSeconds: number;
  /** Budgets that never allow anything, by budgetKey: taken for cleared away, since they are told of anyhow. */
  readonly hopeless: ReadonlySet<string>;
  /** Whether nodes that are drained together take turns in evicting, or the first goes before the second. */
  readonly inTurns: boolean;
}

/** A pod that a budget lacks. */
export interface Lacking {
  readonly actor: Actor;
  /** No node takes it; otherwise it is on one, and not ready. */
  readonly homeless: boolean;
  readonly why: string;
  readonly certain: boolean;
}

/** A pod that its budget did not let go within the time-out. */
export interface Refused {
  readonly actor: Actor;
  readonly budget: DisruptionBudget;
  readonly lacking: readonly Lacking[];
  /** Something was still under way that would have freed it: it only takes too long. */
  readonly moving: boolean;
}

/** One node's drain. Times are seconds from the beginning of the first. */
export interface DrainTrace {
  readonly node: string;
  readonly startedAt: number;
  endedAt: number;
  readonly leaving: readonly Actor[];
  readonly refused: Refused[];
  /** Pods that were refused at least once, and went later. */
  readonly waited: Set<Actor>;
}

/** A replacement that found no node at first. */
export interface Homeless {
  readonly actor: Actor;
  readonly node: string;
  readonly why: string;
  readonly certain: boolean;
}

/** A replacement that a cordoned node may take. */
export interface ComesBack {
  readonly actor: Actor;
  readonly node: string;
  /** No other node would. */
  readonly only: boolean;
}

/** No pod of an owner is ready. */
export interface Outage {
  readonly owner: Owner;
  readonly node: string;
  readonly from: number;
  /** Infinity: until something is done about it. */
  to: number;
  readonly replicas: number;
  /** Its pods that went in that moment. */
  readonly evicted: readonly Actor[];
}

export interface Trace {
  readonly drains: readonly DrainTrace[];
  readonly homeless: readonly Homeless[];
  readonly comesBack: readonly ComesBack[];
  readonly outages: readonly Outage[];
}
