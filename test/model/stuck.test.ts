import { describe, expect, it } from 'vitest';
import { parseStuckName, stuckNameText } from '../../src/model/stuck.ts';

describe('names of what is stuck', () => {
  it.each([
    'pod/shop/db-0',
    'configmaps/shop/a',
    'gadgets.lab.example/shop/a',
    'namespace/old',
    'node/w9.lab',
    'volumeattachment/csi-4f1c',
  ])('%s is read and written back', (text) => {
    const name = parseStuckName(text);
    expect(name === undefined ? undefined : stuckNameText(name)).toBe(text);
  });
  it.each([
    '',
    'pod',
    'pod/db-0',
    'namespace/a/b',
    'pod/a/b/c',
    'pod/a/-b',
    'pod/a/B',
    'pod/a/b,c',
    '--all/a/b',
    'pod/a/$(id)',
  ])('%j is none', (text) => expect(parseStuckName(text)).toBeUndefined());
});
