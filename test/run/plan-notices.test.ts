import { describe, expect, it } from 'vitest';
import { goingFurtherTold } from '../../src/run/plan-notices.ts';
import { nodeObject } from '../steps/values.ts';

const hop = (version: string, further: Readonly<Record<string, string>>) => ({
  version,
  first: true,
  last: false,
  alone: false,
  workers: true,
  further,
});
const nodes = [nodeObject('w1', { kubeletVersion: '1.36.3' }), nodeObject('w2', { kubeletVersion: '1.34.4' })];

describe('what is said of workers that leave a hop out', () => {
  it('once, and only of those that go anywhere', () => {
    const way = [hop('1.35.4', { w1: '1.33.9', w2: '1.34.4' }), hop('1.34.4', { w1: '1.33.9' })];
    expect(goingFurtherTold(way, nodes)).toEqual([
      'w1 goes straight back to 1.33.9, before the control planes go to 1.35.4: it left that out on the way up, and a kubelet is never newer than its API server',
    ]);
  });
});
