import type { BoundStep } from './step.ts';

/** A playbook with its steps, their parameters and their subjects filled in: what is planned and what is run. */
export interface BoundStepItem {
  readonly kind: 'step';
  /** Unique in the plan: `workers/paris-w1/drain-node`. */
  readonly address: string;
  readonly step: BoundStep;
}

export interface BoundBracket {
  readonly kind: 'bracket';
  readonly bracket: string;
  readonly enter: BoundStepItem;
  readonly body: readonly BoundItem[];
  readonly exit?: BoundStepItem;
  /** It is left by its exit also where the body fails or is stopped. */
  readonly onFailure?: 'exit';
  /** What it begins with says how the other nodes are, and is looked at again where it got old. */
  readonly ofOthers?: true;
  /** The exit then, where it is to say so. */
  readonly instead?: { readonly failed: BoundStepItem; readonly stopped: BoundStepItem };
  /** What it is entered for, where that is something else than its body. */
  readonly purpose?: readonly BoundItem[];
}

export type BoundItem = BoundStepItem | BoundBracket;

export interface BoundLane {
  readonly node?: string;
  readonly items: readonly BoundItem[];
}

export interface BoundPhase {
  readonly name: string;
  readonly parallel: number;
  /** Whose lane goes last; missing where the order of the inventory stays. */
  readonly order?: 'etcd-leader-last';
  /** It is gone through also where a phase before it failed, or the run was stopped. */
  readonly always?: true;
  /** What is gone through then, where it is to say so. */
  readonly instead?: { readonly failed: readonly BoundLane[]; readonly stopped: readonly BoundLane[] };
  readonly lanes: readonly BoundLane[];
}

/** What decides whether a bracket is entered. */
export const purposeOf = ({ body, purpose = body }: BoundBracket): readonly BoundItem[] => purpose;

/** Every step of some items, brackets opened, in the order in which they happen. */
export const stepItems = (items: readonly BoundItem[]): readonly BoundStepItem[] =>
  items.flatMap((item) =>
    item.kind === 'step'
      ? [item]
      : [item.enter, ...stepItems(item.body), ...(item.exit === undefined ? [] : [item.exit])],
  );

/** Every step of some phases. */
export const stepsOfPhases = (phases: readonly BoundPhase[]): readonly BoundStep[] =>
  phases.flatMap(({ lanes }) => lanes.flatMap(({ items }) => stepItems(items).map(({ step }) => step)));

/** A phase as it is gone through where what came before it ended like that. */
export const phaseAfter = (phase: BoundPhase, end: 'through' | 'failed' | 'stopped'): BoundPhase =>
  end === 'through' ? phase : { ...phase, lanes: phase.instead?.[end] ?? phase.lanes };
