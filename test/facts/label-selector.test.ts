import { describe, expect, it } from 'vitest';
import { labelSelector, selects } from '../../src/facts/label-selector.ts';
import { readQuantity } from '../../src/facts/quantity.ts';

const found = { app: 'web', tier: 'front', generation: '7' };

describe('a label selector', () => {
  it.each([
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'web'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'none', operator: 'NotIn', values: ['web'] }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
    [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'none', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'generation', operator: 'Gt', values: ['6'] }] }, true],
    [{ matchExpressions: [{ key: 'generation', operator: 'Lt', values: ['6'] }] }, false],
  ])('%j → %s', (selector, expected) => expect(selects(labelSelector.parse(selector), found)).toBe(expected));

  it('that is missing selects nothing', () => expect(selects(undefined, found)).toBe(false));
});

describe('a quantity', () => {
  it.each([
    ['100m', 0.1],
    ['2', 2],
    ['0.5', 0.5],
    ['70Mi', 73_400_320],
    ['264212084Ki', 264_212_084 * 1024],
    ['1e3', 1000],
    ['1E', 1e18],
    ['5k', 5000],
    ['-1', -1],
    ['', undefined],
    ['ten', undefined],
    ['1 Mi', undefined],
  ])('%s → %s', (text, expected) => expect(readQuantity(text)).toBe(expected));
});
