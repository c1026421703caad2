import { describe, expect, it } from 'vitest';
import { simulate } from '../../scripts/simulation/simulate.ts';

const seconds = (line: string | undefined): number => Number(line?.trim().split(' ')[0]);

describe('a large cluster', { timeout: 120_000 }, () => {
  it('is gone on with at the node where the first program was killed, in less than a minute', async () => {
    const { verdict, what, trace } = await simulate(
      1,
      { topology: { controlPlanes: 3, workers: 57 } },
      { traced: true, faults: [{ kind: 'program-killed', when: { journal: 3000 }, moment: 'after' }] },
    );
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const killed = trace.findIndex((line) => line.endsWith('p1 ends: "killed"'));
    const [, worker] =
      /journal step-started workers\/(\S+)\//.exec(
        trace.slice(0, killed).findLast((line) => line.includes('journal step-started')) ?? '',
      ) ?? [];
    const resumed = trace.findIndex((line) => line.includes('p2 starts on'));
    const first = trace.findIndex((line, at) => at > resumed && /p2 journal command-started (?!lease)/.test(line));
    expect(worker).toBeDefined();
    expect(trace[first]).toContain(`workers/${worker ?? ''}/`);
    expect(seconds(trace[first]) - seconds(trace[resumed])).toBeLessThan(60);
  });
});
