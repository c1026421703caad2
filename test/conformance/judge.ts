import { accepted } from './accepted.ts';
import { compare } from './compare.ts';
import { recordings } from './recordings.ts';
import { told } from './tally.ts';

/**
 * `node judge.ts REGEX`: compares the pairs of the cases that are called so, up to the first that differs, and ends
 * with 1 there. Run in a copy with a changed simulator.
 */
const cases = new RegExp(`^(?:${process.argv[2] ?? '.*'})$`);

const firstDifference = (): string | undefined => {
  for (const recording of recordings().values())
    for (const pair of recording.pairs.filter(({ of }) => cases.test(of))) {
      const result = compare(recording, pair, accepted);
      if (result.differences.length > 0) return told(result);
    }
  return undefined;
};

const difference = firstDifference();
process.stdout.write(difference === undefined ? 'no difference\n' : `${difference}\n`);
process.exitCode = difference === undefined ? 0 : 1;
