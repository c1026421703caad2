import type { Fact } from '../facts/fact.ts';
import type { Observed } from '../model/observed.ts';
import { blocked, pending, type Verdict } from '../model/verdict.ts';

/** Whether a step is wanted here and now, as a playbook says it under `when:`. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  /** What it is about, by the names that it uses. */
  readonly facts: Readonly<Record<string, Fact<unknown>>>;
  /** The parameters of the run alone say that it does not hold: whatever is seen, it is not wanted. */
  readonly ruledOut?: true;
  /** From the values of its facts; `unclear` where it says nothing. Never throws. */
  judge(seen: Readonly<Record<string, unknown>>): { readonly holds: boolean } | { readonly unclear: string };
}

type Lookup = (fact: Fact<unknown>) => Observed<unknown>;

const oneLine = (text: string): string => text.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300);

const cannotTell = ({ text }: Condition, why: string): string =>
  `cannot tell whether \`when: ${text}\` holds here: ${why}`;

const look = 'see `nodeops facts`; what cannot be known here must not be asked for in `when:` of the playbook';

/** What is not known is never taken for "no": a step that is silently left out looks like one that was done. */
const unknown = (condition: Condition, name: string, observed: Observed<unknown>): Verdict | undefined => {
  switch (observed.kind) {
    case 'value':
      return undefined;
    case 'absent':
      return blocked(cannotTell(condition, `the node has nothing that would say ${name}`), look);
    case 'unreadable':
      return blocked(cannotTell(condition, `${name} cannot be understood: ${oneLine(observed.text)}`), look);
    case 'unavailable':
      return pending(cannotTell(condition, `${name}: ${oneLine(observed.why)}`), look);
  }
};

const standing = (condition: Condition, lookup: Lookup): Verdict | undefined => {
  const seen: Record<string, unknown> = {};
  let waiting: Verdict | undefined;
  for (const [name, fact] of Object.entries(condition.facts)) {
    const observed = lookup(fact);
    const verdict = unknown(condition, name, observed);
    if (verdict?.kind === 'blocked') return verdict;
    waiting ??= verdict;
    if (observed.kind === 'value') seen[name] = observed.value;
  }
  if (waiting !== undefined) return waiting;
  const told = condition.judge(seen);
  if ('unclear' in told) return blocked(cannotTell(condition, told.unclear), look);
  return told.holds ? undefined : { kind: 'satisfied', because: `not wanted here: ${condition.text}` };
};

/** The verdict on a step whose conditions keep it from being judged: undefined where all of them hold. */
export const keptBy = (conditions: readonly Condition[], lookup: Lookup): Verdict | undefined => {
  const verdicts = conditions.flatMap((condition) => standing(condition, lookup) ?? []);
  // One that does not hold settles it, whatever the others are about.
  return verdicts.find(({ kind }) => kind === 'satisfied') ?? verdicts[0];
};
