import { describe, expect, it } from 'vitest';
import { accepted } from './accepted.ts';
import { compare, type Accepted, type Compared } from './compare.ts';
import { recordings } from './recordings.ts';
import { tally, told } from './tally.ts';

const used = new Set<Accepted>();
const all = recordings();

/** As the recordings have them: fewer would mean that something was lost on the way. */
const expectedPairs = { 'commands.jsonl.gz': 150, 'dry-run.jsonl.gz': 10, 'upgrade.jsonl.gz': 90 } as const;

describe.each([...all])('%s', (name, recording) => {
  it('the simulator answers what the lab answered', { timeout: 240_000 }, () => {
    const results = recording.pairs.map((pair): Compared => compare(recording, pair, accepted, used));
    const disagreeing = results.filter(({ differences }) => differences.length > 0);
    process.stdout.write(
      `${name}: ${results.length - disagreeing.length} of ${results.length} pairs agree\n${tally(results)}\n`,
    );
    expect(disagreeing.map(told)).toEqual([]);
  });
});

describe('the recordings', () => {
  it.each(Object.entries(expectedPairs))('%s has at least %i pairs', (name, count) => {
    expect(all.get(name)?.pairs.length ?? 0).toBeGreaterThanOrEqual(count);
  });

  it('need every row of the table of what is accepted', () => {
    expect(accepted.filter((row) => !used.has(row))).toEqual([]);
  });
});
