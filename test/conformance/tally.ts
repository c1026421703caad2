import { toolOf, type Compared } from './compare.ts';

interface Count {
  pairs: number;
  agree: number;
}

/** How many agree, by the program that a line is about, as lines to be printed. */
export const tally = (all: readonly Compared[]): string => {
  const counts = new Map<string, Count>();
  for (const { pair, differences } of all) {
    const count = counts.get(toolOf(pair)) ?? { pairs: 0, agree: 0 };
    count.pairs += 1;
    if (differences.length === 0) count.agree += 1;
    counts.set(toolOf(pair), count);
  }
  const rows = [...counts].toSorted(([, a], [, b]) => b.pairs - a.pairs);
  return rows.map(([tool, { pairs, agree }]) => `  ${tool.padEnd(24)} ${agree} of ${pairs}`).join('\n');
};

/** What differs, as a person wants to see it. */
export const told = ({ pair, differences }: Compared): string =>
  [
    `${pair.of} (pair ${pair.id}, ${pair.node}): ${pair.line.slice(0, 300)}`,
    ...differences.flatMap(({ part, recorded, simulated }) => {
      const [lab, ours] = [recorded.split('\n'), simulated.split('\n')];
      const only = (lines: readonly string[], others: readonly string[], who: string): readonly string[] =>
        lines.filter((line) => !others.includes(line)).map((line) => `  ${part}, ${who}: ${line.slice(0, 400)}`);
      const lines = [...only(lab, ours, 'lab'), ...only(ours, lab, 'simulator')];
      return lines.length > 0 ? lines : [`  ${part}: the same lines in another order or number`];
    }),
  ].join('\n');
