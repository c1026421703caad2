import type { Verdict } from './verdict.ts';

/** What the plan foresees for a step: its verdict on the predicted state, or that it will be judged when reached. */
export type PlannedVerdict = Verdict | { readonly kind: 'assumed'; readonly because: string };

export interface PlannedStep {
  readonly kind: 'step';
  /** Unique in the plan: `workers/paris-w1/drain-node`. */
  readonly address: string;
  readonly step: string;
  readonly title: string;
  /** Absent for a step about the cluster as a whole. */
  readonly node?: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly verdict: PlannedVerdict;
  /** An assertion has nothing to apply: it waits until what it looks at is as it should be. */
  readonly assertion: boolean;
}

/** `enter` happens only when something inside is needed; `exit` whenever the enter was ours. */
export interface PlannedBracket {
  readonly kind: 'bracket';
  readonly bracket: string;
  readonly enter: PlannedStep;
  readonly body: readonly PlannedItem[];
  readonly exit?: PlannedStep;
}

export type PlannedItem = PlannedStep | PlannedBracket;

/** All that happens to one node (or to the cluster as a whole) in one phase. */
export interface PlannedLane {
  readonly node?: string;
  readonly items: readonly PlannedItem[];
}

export interface PlannedPhase {
  readonly name: string;
  /** How many lanes may be under way at once. */
  readonly parallel: number;
  readonly lanes: readonly PlannedLane[];
}

export interface Plan {
  readonly format: 1;
  readonly cluster: string;
  readonly playbook: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** One line each about what is there now: `paris-cp1 control-plane 1.35.4`. */
  readonly before: readonly { readonly node: string; readonly role: string; readonly version: string }[];
  readonly phases: readonly PlannedPhase[];
  /** What the operator should know beforehand: pods that lose data, the expected API outage. */
  readonly notices: readonly string[];
  readonly createdAt: number;
}

/** Every step of some items, brackets opened, in the order in which they happen. */
export const stepsOf = (items: readonly PlannedItem[]): readonly PlannedStep[] =>
  items.flatMap((item) =>
    item.kind === 'step'
      ? [item]
      : [item.enter, ...stepsOf(item.body), ...(item.exit === undefined ? [] : [item.exit])],
  );

/** Every step of a plan, in order. */
export const allSteps = ({ phases }: Pick<Plan, 'phases'>): readonly PlannedStep[] =>
  phases.flatMap((phase) => phase.lanes.flatMap((lane) => stepsOf(lane.items)));
