import type { Choice } from './choice.ts';
import { shrink } from './shrink.ts';
import { describeFault, type Fault } from '../../src/simulator/faults/fault.ts';
import { simulateSeed } from './simulate-seed.ts';
import type { Result } from './result.ts';

const kindsOf = (faults: readonly Fault[]): string => faults.map((fault) => `  ${describeFault(fault)}`).join('\n');

/** Enough for a failure with the state of the cluster and what to do next. */
const saidLines = 45;

/** The same fault, but over sooner, or for a time instead of for good. */
const simpler = (fault: Fault): readonly Fault[] => [
  ...(fault.lastsMs !== undefined && fault.lastsMs > 2000
    ? [{ ...fault, lastsMs: Math.floor(fault.lastsMs / 2) }]
    : []),
  ...(fault.delayMs !== undefined && fault.delayMs > 1 ? [{ ...fault, delayMs: Math.floor(fault.delayMs / 2) }] : []),
];

/** What one seed comes to, as text: `traced` with a line for each event; a bad one with the fewest faults that do it. */
export const replay = async (
  seed: number,
  choice: Choice,
  traced: boolean,
): Promise<{ readonly good: boolean; readonly text: string }> => {
  const first = await simulateSeed(seed, choice, { traced });
  const head = [...first.trace, `seed ${seed}: ${first.verdict}`, ...first.what];
  if (first.verdict === 'as-expected') return { good: true, text: `${head.join('\n')}\n${traced ? first.said : ''}` };
  const same = async (faults: readonly Fault[]): Promise<boolean> => {
    const again = await simulateSeed(seed, choice, { faults });
    return again.verdict === first.verdict && likeness(again) === likeness(first);
  };
  const fewest = await shrink(first.faults, simpler, same);
  const text = [
    ...head,
    'the end of what the last program said:',
    ...first.said
      .trimEnd()
      .split('\n')
      .slice(-saidLines)
      .map((line) => `  | ${line}`),
    'faults:',
    kindsOf(first.faults),
    `the fewest that do the same (${fewest.length}):`,
    kindsOf(fewest),
    `again: npm run -s sim -- --seed ${seed} --trace${choiceOptions(choice)}`,
    '',
  ].join('\n');
  return { good: false, text };
};

/** The kind of trouble, names and numbers left out. */
const likeness = ({ what }: Result): string =>
  (what[0] ?? '').split('\n', 1)[0]?.replaceAll(/\d+/g, '#').slice(0, 60) ?? '';

const choiceOptions = ({ topology, kinds, course, fleet }: Choice): string =>
  (fleet === true ? ' --fleet' : '') +
  (topology === undefined ? '' : ` --nodes ${topology.controlPlanes}+${topology.workers}`) +
  (course === undefined ? '' : ` --course ${course}`) +
  (kinds === undefined ? '' : ` --faults ${kinds.length === 0 ? 'none' : kinds.join(',')}`);
