import { describe, expect, it } from 'vitest';
import type { KeptWish } from '../../../src/run/kept-wish.ts';
import { readLeftWish, writeLeftWish } from '../../../src/run/lock/left-wish.ts';

const begun = { run: 'r1', by: 'ana@bastion', at: 1_795_254_000_000 };
const upgrade: KeptWish = {
  format: 1,
  cluster: 'paris',
  command: 'upgrade',
  playbook: 'upgrade',
  parameters: { version: '1.36.3' },
  inventory: '/fleet/prod.yaml',
};
const left = { format: 1, ...begun, command: 'upgrade', playbook: 'upgrade', parameters: { version: '1.36.3' } };

describe('what a run leaves on its cluster of what it was asked for', () => {
  it.each<[string, Partial<KeptWish>, object]>([
    ['an upgrade, without what belongs to the machine', { resumes: 'r0' }, left],
    ['chosen nodes', { limit: ['w1', 'w2'] }, { ...left, limit: ['w1', 'w2'] }],
    ['a role', { only: 'workers' }, { ...left, only: 'workers' }],
    ['a saved plan', { plan: '/fleet/paris.plan' }, { ...left, plan: '/fleet/paris.plan' }],
    [
      'a playbook with parameters of all kinds',
      { command: 'run', playbook: '/fleet/mine.yaml', parameters: { words: 'a\n"b" é', count: 3, sure: true } },
      {
        ...left,
        command: 'run',
        playbook: '/fleet/mine.yaml',
        parameters: { words: 'a\n"b" é', count: 3, sure: true },
      },
    ],
  ])('%s: one line, read back as it was', (_what, part, expected) => {
    const text = writeLeftWish({ ...upgrade, ...part }, begun) ?? '';
    expect(text.split('\n')).toHaveLength(1);
    expect(readLeftWish(text)).toEqual(expected);
  });

  it('is nothing at all where it would be too long: half a selection is another one', () => {
    const limit = Array.from({ length: 2000 }, (_, index) => `worker-${index}`);
    expect(writeLeftWish({ ...upgrade, limit }, begun)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['something else', '{"format":2}'],
    ['another format', JSON.stringify({ ...left, format: 2 })],
    ['an empty selection, which would mean all nodes', JSON.stringify({ ...left, limit: [] })],
    ['a role that is none, which would mean all nodes', JSON.stringify({ ...left, only: 'w1' })],
    ['a time that is none', JSON.stringify({ ...left, at: 1e300 })],
    ['a command that is none', JSON.stringify({ ...left, command: 'rm' })],
  ])('is not read where it holds %s', (_what, text) => expect(readLeftWish(text)).toBeUndefined());
});
