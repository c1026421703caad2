import { expect, it } from 'vitest';
import { readOnce, readYaml } from '../../src/facts/read-text.ts';

it('reads a text once, also one of which nothing can be made', () => {
  const read: string[] = [];
  const reader = readOnce((text) => (read.push(text), text === 'none' ? undefined : { text }));
  expect(reader('some')).toBe(reader('some'));
  expect([reader('none'), reader('none')]).toEqual([undefined, undefined]);
  expect(read).toEqual(['some', 'none']);
});

it('keeps a few hundred texts at most', () => {
  const read: string[] = [];
  const reader = readOnce((text) => read.push(text));
  for (let each = 0; each <= 500; each++) reader(`text ${each}`);
  reader('text 0');
  expect(read.filter((text) => text === 'text 0')).toHaveLength(2);
});

it('tells a document from none', () => {
  expect(readYaml('kind: Pod')).toEqual({ kind: 'Pod' });
  expect([readYaml('a: [1'), readYaml('a: [1')]).toEqual([undefined, undefined]);
});
