import { describe, expect, it } from 'vitest';
import { summarise } from '../../docker/probe-summary.ts';
import { fairEntries } from '../../docker/probe.ts';

const answered = (at: number): { sentAt: number; endedAt: number; via: string } => ({
  sentAt: at,
  endedAt: at + 5,
  via: 'w1',
});

describe('what a probe reports', () => {
  it('is about the interval where nothing failed', () => {
    const samples = [0, 100, 200, 300].map(answered);
    expect(summarise(samples, 0, 320)).toEqual({
      requests: 4,
      failures: 0,
      longestGapMs: 100,
      seconds: 0.3,
      errors: {},
      failuresVia: {},
    });
  });

  it('is the time without an answer, however many requests failed in it', () => {
    const failed = [100, 200].map((at) => ({ ...answered(at), error: 'ECONNREFUSED' }));
    const summary = summarise([answered(0), ...failed, answered(300)], 0, 310);
    expect(summary).toMatchObject({
      requests: 4,
      failures: 2,
      longestGapMs: 300,
      errors: { ECONNREFUSED: 2 },
      failuresVia: { w1: 2 },
    });
  });

  it('is the whole time where nothing was ever answered', () =>
    expect(summarise([{ ...answered(0), error: 'time-out' }], 0, 5000)).toMatchObject({ longestGapMs: 5000 }));

  it('counts the silence before the end too', () => expect(summarise([answered(0)], 0, 900).longestGapMs).toBe(895));
});

describe('where a probe enters', () => {
  const cp1 = { name: 'cp1', host: 'a', role: 'control-plane' } as const;
  const w1 = { name: 'w1', host: 'b', role: 'worker' } as const;

  it('is the workers', () => expect(fairEntries([cp1, w1])).toEqual([w1]));
  it('is every node where there are no workers', () => expect(fairEntries([cp1])).toEqual([cp1]));
});
