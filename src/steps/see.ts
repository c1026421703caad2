import type { Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import { blocked, pending, type Verdict } from '../model/verdict.ts';
import type { BoundStep } from './step.ts';

/** Finds what is known of a fact, whoever its subject is. */
export type Lookup = (fact: Fact<unknown>) => Observed<unknown>;

export type Sight =
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

/** Turns what was observed into the plain values that a step's check sees, or into the verdict that this is not possible. */
export const see = (step: BoundStep, lookup: Lookup): Sight => {
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
