import { driftMessage, type StepDrift } from '../model/drift.ts';
import type { StepOutcome } from '../model/event.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import { blocksOf, type Verdict } from '../model/verdict.ts';
import type { BoundStep } from '../steps/step.ts';
import type { TimeLeft } from './node-time.ts';
import type { Performed } from './perform.ts';
import { tellingLine } from './telling-line.ts';

/** Why a step did not reach its aim; `run-plan` adds the cluster's state and what to do next. */
export interface StepTrouble {
  readonly kind: 'failed' | 'blocked' | 'drift';
  readonly message: string;
  readonly fix?: string;
  readonly performed?: Performed;
  readonly drift?: StepDrift;
}

export type StepResult =
  | { readonly kind: 'reached'; readonly outcome: StepOutcome; readonly waitedMs: number }
  | { readonly kind: 'stopped' }
  /** The other nodes are no longer well: nothing was written. */
  | { readonly kind: 'others-unwell' }
  | { readonly kind: 'trouble'; readonly trouble: StepTrouble };

/** Of a step that wrote as often as it may, and is not where it is to be. */
export const whyUnreached = (performed: Performed | undefined, verdict: Verdict): string => {
  const left = verdict.kind === 'needed' ? verdict.changes.join(', ') : '';
  if (performed === undefined) return `not reached: ${left}`;
  if (succeeded(performed.result.exit)) return `the command ended well, but what it is for cannot be seen: ${left}`;
  return `${describeExit(performed.result.exit)} on ${performed.node}: ${tellingLine(performed.result)}`;
};

export const trouble = (
  kind: StepTrouble['kind'],
  message: string,
  performed?: Performed,
  fix?: string,
): StepResult => ({
  kind: 'trouble',
  trouble: {
    kind,
    message,
    ...(fix === undefined ? {} : { fix }),
    ...(performed === undefined ? {} : { performed }),
  },
});

export const waitedTooLong = (
  { limits }: BoundStep,
  { waitingFor, fix }: Extract<Verdict, { kind: 'pending' }>,
  performed: Performed | undefined,
): StepResult =>
  trouble(
    fix === undefined ? 'failed' : 'blocked',
    limits.pendingMs === 0
      ? waitingFor
      : `still waiting after ${Math.round(limits.pendingMs / 1000)} s for: ${waitingFor}`,
    performed,
    fix,
  );

export const outOfTime = ({ over }: TimeLeft, what: string, performed: Performed | undefined): StepResult =>
  trouble('failed', `${over}: ${what}`, performed, 'see what holds it up, or allow more with --node-timeout');

export const standsInTheWay = (
  verdict: Extract<Verdict, { kind: 'blocked' }>,
  performed: Performed | undefined,
): StepResult => {
  const all = blocksOf(verdict).map(({ because }) => because);
  return trouble('blocked', all.join('\n'), performed, verdict.fix);
};

export const drifted = (drift: StepDrift): StepResult => ({
  kind: 'trouble',
  trouble: { kind: 'drift', message: driftMessage(drift), drift },
});
