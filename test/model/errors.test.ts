import { describe, expect, it } from 'vitest';
import { exitCode, worse } from '../../src/model/errors.ts';

describe('the exit code of several clusters', () => {
  it.each<readonly [keyof typeof exitCode, keyof typeof exitCode]>([
    ['outsideWindow', 'done'],
    ['blocked', 'outsideWindow'],
    ['drift', 'blocked'],
    ['interrupted', 'drift'],
    ['failed', 'interrupted'],
    ['usage', 'failed'],
  ])('is %s where another one is %s', (bad, better) => {
    expect(worse(exitCode[bad], exitCode[better])).toBe(exitCode[bad]);
    expect(worse(exitCode[better], exitCode[bad])).toBe(exitCode[bad]);
  });

  it('is one that nobody knows, before all others', () => expect(worse(exitCode.failed, 137)).toBe(137));
});
