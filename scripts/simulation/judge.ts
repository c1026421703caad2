import { judgeEnd, type SeenEnd } from '../../src/simulator/faults/expected-end.ts';
import type { Struck } from '../../src/simulator/faults/injector.ts';
import type { Sight } from '../../src/simulator/faults/remaining.ts';
import { SimulatorGap } from '../../src/simulator/gap.ts';
import type { Break } from '../../src/simulator/oracle/invariant.ts';
import type { DriveEnd } from '../../src/simulator/simulation/drive.ts';
import { outcomeOf, type Operators } from './operators.ts';
import type { Verdict } from './result.ts';

export interface Evidence {
  readonly end: DriveEnd;
  readonly operators: Pick<Operators, 'ends'>;
  readonly breaks: readonly Break[];
  /** Output of commands that was not shown as it was printed, a line each. */
  readonly misshown: readonly string[];
  /** What breaks no invariant and was needless all the same, a line each. */
  readonly needless: readonly string[];
  readonly struck: readonly Struck[];
  readonly sight: Sight;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** What went wrong, a line each. */
  readonly what: readonly string[];
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** An error that came out of the simulation or out of the product. */
export const judgeError = (error: unknown): Judgement => ({
  verdict: error instanceof SimulatorGap ? 'gap' : 'crashed',
  what: [describe(error)],
});

const seenEnd = ({ operators, end }: Evidence): SeenEnd | undefined => {
  const last = operators.ends.findLast(({ how }) => how !== 'killed');
  if (end !== 'done' || last === undefined || typeof last.how !== 'object' || !('code' in last.how)) return undefined;
  // A plan names every node and every step: what was printed says little about what a failure was put down to.
  const text = last.reason ?? `${last.stdout}${last.stderr}`;
  return { outcome: outcomeOf(last.how.code), text, lookedAt: last.lookedAt };
};

/** What a simulation that came to its end comes to. */
export const judge = (evidence: Evidence): Judgement => {
  const { end, operators, breaks, misshown, needless, struck, sight } = evidence;
  const errors = operators.ends.flatMap(({ how }) => (typeof how === 'object' && 'error' in how ? [how.error] : []));
  const error = errors.find((each) => each instanceof SimulatorGap) ?? errors[0];
  if (error !== undefined) return judgeError(error);
  const broken = [...breaks.map(({ invariant, what }) => `invariant ${invariant}: ${what}`), ...misshown];
  if (broken.length > 0) return { verdict: 'broken', what: broken };
  if (needless.length > 0) return { verdict: 'unconverged', what: needless };
  const seen = seenEnd(evidence);
  if (seen === undefined) return { verdict: 'unconverged', what: [`the simulation ended: ${end}`] };
  const what = judgeEnd(seen, struck, sight);
  return what.length === 0 ? { verdict: 'as-expected', what } : { verdict: 'unconverged', what };
};
