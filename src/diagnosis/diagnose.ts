import type { Cause } from '../model/cause.ts';
import { clusterRules } from './cluster-rules.ts';
import { hostRules } from './host-rules.ts';
import { kubeletRules } from './kubelet-rules.ts';
import type { NodeSight } from './node-sight.ts';
import { packageRules } from './package-rules.ts';
import type { Rule } from './rule.ts';
import { staticPodRules } from './static-pod-rules.ts';

/** All rules, what explains the others first. */
export const rules: readonly Rule[] = [
  ...hostRules,
  ...packageRules,
  ...kubeletRules,
  ...staticPodRules,
  ...clusterRules,
];

export interface Judged {
  /** The likeliest first; what is minor last. */
  readonly causes: readonly Cause[];
  /** What was looked at, in a few words each. */
  readonly lookedAt: readonly string[];
  /** What could not be looked at, since it was not seen. */
  readonly notLookedAt: readonly string[];
}

const words = (asked: readonly Rule[]): readonly string[] => [...new Set(asked.map(({ looksAt }) => looksAt))];

/** Asks every rule whose facts were seen; the rest is said to be open. Never a guess: each cause has its evidence. */
export const judge = (sight: NodeSight): Judged => {
  const own = rules.filter(({ on }) => on === undefined || on === sight.role);
  const able = own.filter(({ needs }) => needs.every((need) => sight[need] !== undefined));
  const causes: Cause[] = [];
  for (const rule of able) {
    const said = rule.unless?.some((other) => causes.some((cause) => cause.rule === other)) === true;
    if (!said) causes.push(...rule.judge(sight).map((found) => ({ rule: rule.id, ...found })));
  }
  const lookedAt = words(able);
  return {
    causes: causes.toSorted((one, other) => Number(one.minor === true) - Number(other.minor === true)),
    lookedAt,
    notLookedAt: words(own).filter((each) => !lookedAt.includes(each)),
  };
};
