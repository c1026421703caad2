import { allSteps, type Plan, type PlannedVerdict } from '../model/plan.ts';

const changesOf = (verdict: PlannedVerdict | undefined): readonly string[] =>
  verdict?.kind === 'needed' ? verdict.changes : [];

/**
 * The addresses at which a plan that was made anew would do what the first one did not say: a step that had nothing to
 * do, or that would change something else now. What could only be assumed before is no news.
 */
export const moreWork = (before: Plan, after: Plan): readonly string[] => {
  const told = new Map(allSteps(before).map(({ address, verdict }) => [address, verdict]));
  return allSteps(after).flatMap(({ address, verdict }) => {
    if (verdict.kind !== 'needed') return [];
    const was = told.get(address);
    if (was?.kind === 'assumed' || was?.kind === 'pending') return [];
    const known = changesOf(was);
    return verdict.changes.every((change) => known.includes(change)) ? [] : [address];
  });
};
