import { describe, expect, it } from 'vitest';
import { simulate } from '../../scripts/simulation/simulate.ts';

const seconds = (line: string | undefined): number => Number(line?.trim().split(' ')[0]);

describe('a large cluster', { timeout: 600_000 }, () => {
  it('is gone on with at the node where the first program was killed, in less than a minute', async () => {
    const { verdict, what, trace } = await simulate(
      1,
      { topology: { controlPlanes: 3, workers: 57 } },
      { traced: true, faults: [{ kind: 'program-killed', when: { journal: 3000 }, moment: 'after' }] },
    );
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const killed = trace.findIndex((line) => line.endsWith('p1 ends: "killed"'));
    const before = trace.slice(0, killed);
    const begun = new Set(before.flatMap((line) => /journal step-started workers\/(\S+?)\//.exec(line)?.[1] ?? []));
    // Several go side by side: each of them was in hand.
    const inHand = [...begun].filter(
      (node) => !before.some((line) => line.endsWith(`journal step-finished workers/${node}/uncordon-node`)),
    );
    const resumed = trace.findIndex((line) => line.includes('p2 starts on'));
    const commands = trace
      .slice(resumed)
      .flatMap((line) => /p2 journal command-started workers\/(\S+?)\//.exec(line)?.[1] ?? []);
    // Beside those in hand the next one may begin, but nobody comes back to what is done.
    expect(commands.filter((node) => begun.has(node) && !inHand.includes(node))).toEqual([]);
    const first = trace.findIndex(
      (line, at) => at > resumed && inHand.some((node) => line.includes(`p2 journal command-started workers/${node}/`)),
    );
    expect(first).toBeGreaterThan(resumed);
    expect(seconds(trace[first]) - seconds(trace[resumed])).toBeLessThan(60);
  });
});
