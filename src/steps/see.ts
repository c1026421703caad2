import type { Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import { blocked, blocksOf, judged, pending, type Trouble, type Verdict } from '../model/verdict.ts';
import { keptBy } from './condition.ts';
import type { BoundStep } from './step.ts';

/** Finds what is known of a fact, whoever its subject is. */
export type Lookup = (fact: Fact<unknown>) => Observed<unknown>;

type Sight =
  | { readonly kind: 'seen'; readonly seen: Readonly<Record<string, unknown>> }
  | { readonly kind: 'verdict'; readonly verdict: Verdict };

const oneLine = (text: string): string => text.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300);

const trouble = (fact: Fact<unknown>, observed: Observed<unknown>): Verdict | undefined => {
  switch (observed.kind) {
    case 'value':
      return undefined;
    case 'absent':
      return blocked(
        `${fact.key} was not found on the ${fact.subject}`,
        'see `nodeops facts`; kubeadm puts it there, so ask what removed it',
      );
    case 'unreadable':
      return blocked(
        `${fact.key} cannot be understood: ${oneLine(observed.text)}`,
        `look at it on ${observed.from}, and report the text if it is as the program prints it`,
      );
    case 'unavailable':
      return pending(`${fact.key}: ${oneLine(observed.why)}`);
  }
};

/** The plain values that a step's check sees, or the verdict that this is not possible. */
const see = (step: BoundStep, lookup: Lookup): Sight => {
  const seen: Record<string, unknown> = {};
  let waiting: Verdict | undefined;
  for (const [name, fact] of Object.entries(step.facts)) {
    const observed = lookup(fact);
    if (observed.kind === 'absent' && step.optional.has(name)) continue;
    const verdict = trouble(fact, observed);
    if (verdict?.kind === 'blocked') return { kind: 'verdict', verdict };
    waiting ??= verdict;
    if (observed.kind === 'value') seen[name] = observed.value;
  }
  return waiting === undefined ? { kind: 'seen', seen } : { kind: 'verdict', verdict: waiting };
};

const standing = (verdict: Verdict): readonly Trouble[] => {
  if (verdict.kind === 'blocked') return blocksOf(verdict);
  return verdict.kind === 'pending' ? [{ because: verdict.waitingFor, fix: verdict.fix ?? '' }] : [];
};

/** What would stop the run is only told where the operator waived it. */
const waived = (verdict: Verdict, reason: string): Verdict => {
  const passed = standing(verdict).map(({ because, fix }) => ({ because: `waived (${reason}): ${because}`, fix }));
  return passed.length === 0
    ? verdict
    : judged([], [...passed, ...('warnings' in verdict ? (verdict.warnings ?? []) : [])]);
};

export interface Judgement {
  readonly verdict: Verdict;
  /** Missing where a fact is, or where a `when:` keeps it: the step was not checked. */
  readonly seen?: Readonly<Record<string, unknown>>;
}

/** Judges a step on what was observed: facts that are missing or cannot be read have a verdict of their own. */
export const judge = (step: BoundStep, lookup: Lookup): Judgement => {
  const kept = keptBy(step.conditions, lookup);
  if (kept !== undefined) return { verdict: kept };
  const sight = see(step, lookup);
  const verdict = sight.kind === 'seen' ? step.check(sight.seen) : sight.verdict;
  return {
    verdict: step.waiver === undefined ? verdict : waived(verdict, step.waiver),
    ...(sight.kind === 'seen' ? { seen: sight.seen } : {}),
  };
};
