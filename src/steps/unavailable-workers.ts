import { isOut, type NodeObject } from '../facts/nodes.ts';
import { blocked, pending, type Verdict } from '../model/verdict.ts';

export interface UnavailableBudget {
  readonly run: string;
  readonly workerNames: readonly string[];
  /** How many of them may be out at the same time. */
  readonly maxUnavailable: number;
}

const whyOut = ({ name, unschedulable, cordonedBy }: NodeObject): string =>
  `${name} (${unschedulable ? `cordoned by ${cordonedBy ?? 'somebody else'}` : 'not Ready'})`;

/** A worker that serves is not taken out beside so many that are out. One that is out already costs nobody more. */
export const beyondBudget = (
  others: readonly NodeObject[],
  { run, workerNames, maxUnavailable }: UnavailableBudget,
): Verdict | undefined => {
  const out = others.filter((node) => workerNames.includes(node.name) && isOut(node));
  if (out.length < maxUnavailable) return undefined;
  const who = out.map(whyOut).join(', ');
  const fix = `bring back ${out.map(({ name }) => name).join(', ')}, or allow one more to be out: \`workers: { maxUnavailable: ${maxUnavailable + 1} }\` in the inventory`;
  const what = `of ${workerNames.length} workers at most ${maxUnavailable} may be out`;
  // Others of this run come back by themselves, and a node may be not Ready for a moment.
  return out.filter(({ unschedulable, cordonedBy }) => unschedulable && cordonedBy !== run).length < maxUnavailable
    ? pending(`${who} to be back: ${what}`, fix)
    : blocked(`${who} out already: ${what}`, fix);
};
