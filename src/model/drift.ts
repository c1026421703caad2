import type { PlannedVerdict } from './plan.ts';

/** A part of a fact that is not what it was. */
export interface FactChange {
  /** `cluster kubeadm-config`, `node w1 packages`. */
  readonly fact: string;
  /** Where in it: `installed.kubeadm.version`; empty for the whole. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** How a step's verdict differs from the one in a saved plan. */
export interface StepDrift {
  /** `added`: the saved plan has no such step; `gone`: only the saved plan has it. */
  readonly kind: 'changed' | 'added' | 'gone';
  readonly address: string;
  readonly step: string;
  readonly node?: string;
  /** The two verdicts in words. */
  readonly before: string;
  readonly after: string;
  /** The saved plan covers it: the step is satisfied by now, or a part of its changes is left. */
  readonly covered: boolean;
  /** How to clear the way, where the step is blocked. */
  readonly fix?: string;
  /** What the verdict rests on and is not as it was. */
  readonly facts: readonly FactChange[];
}

/** A verdict in one line. */
export const verdictWords = (verdict: PlannedVerdict): string => {
  switch (verdict.kind) {
    case 'satisfied':
      return 'nothing to do';
    case 'needed':
      return verdict.changes.join('; ');
    case 'pending':
      return `waits for ${verdict.waitingFor}`;
    case 'blocked':
      return `blocked: ${verdict.because}`;
    case 'assumed':
      return 'judged when it is reached';
  }
};

/** How many changed parts of facts are told of one step: the first ones are the likeliest causes. */
const told = 6;

const oneLine = (text: string): string => text.replaceAll('\n', ' ⏎ ').trimEnd();

/** `node w1 packages installed.kubeadm.version: 1.35.4-1.1 → 1.35.7-1.1`, a line each, whatever a file holds. */
export const factChangeLines = (facts: readonly FactChange[]): readonly string[] => [
  ...facts
    .slice(0, told)
    .map(
      ({ fact, path, before, after }) =>
        `${fact}${path === '' ? '' : ` ${path}`}: ${oneLine(before)} → ${oneLine(after)}`,
    ),
  ...(facts.length > told ? [`and ${facts.length - told} more`] : []),
];

/** What drifted: the verdict on the first line, the facts on those below. */
export const driftMessage = (drift: StepDrift): string =>
  [`not as planned (${drift.before}): ${drift.after}`, ...factChangeLines(drift.facts)].join('\n');
