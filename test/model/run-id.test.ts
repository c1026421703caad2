import { describe, expect, it } from 'vitest';
import { begunAt, runIdAt } from '../../src/model/run-id.ts';

describe('the name of a run', () => {
  it.each([0, 1_763_717_412_000, Date.UTC(2026, 1, 28, 23, 59, 59)])('says when it began: %d', (ms) =>
    expect(begunAt(runIdAt(ms, '1f3a'))).toBe(ms),
  );

  it('is written in UTC, to the second', () =>
    expect(runIdAt(Date.UTC(2026, 10, 21, 9, 30, 12, 999), '1f3a')).toBe('2026-11-21-093012-1f3a'));

  it.each(['', 'r1', '2026-11-21', '2026-13-41-256199-1f3a'])('%j is none', (text) =>
    expect(begunAt(text)).toBeUndefined(),
  );
});
