import { describe, expect, it } from 'vitest';
import { inRange, isRange, versionOfTag } from '../../src/model/version-range.ts';

it.each([
  ['>=3.30 <3.32', true],
  ['1.32 - 1.35', true],
  ['^1.4 || 2.x', true],
  ['*', true],
  ['', false],
  [' ', false],
  ['soon', false],
  ['>= three', false],
])('%j is a range: %s', (text, is) => expect(isRange(text)).toBe(is));

it.each([
  ['1.35.4', '1.32 - 1.35', true],
  ['1.36.0', '1.32 - 1.35', false],
  ['1.32.0', '1.32 - 1.35', true],
  ['1.36.0-rc.0', '1.33 - 1.36', true],
  ['1.36.0-rc.0', '1.32 - 1.35', false],
  ['3.31.9', '>=3.30 <3.32', true],
  ['3.32.0', '>=3.30 <3.32', false],
])('%s in %s: %s', (version, range, is) => expect(inRange(version, range)).toBe(is));

describe('the version that a tag tells', () => {
  it.each([
    ['v3.30.1', '3.30.1'],
    ['3.30.1', '3.30.1'],
    ['v1.4', '1.4.0'],
    ['3.30.1-debian-12-r0', '3.30.1'],
    ['v1.20.0-eksbuild.2', '1.20.0'],
    ['v1.2.3+build', '1.2.3'],
    ['latest', undefined],
    ['v3', undefined],
    ['20260101', undefined],
    ['v1.2.3.4', undefined],
    ['', undefined],
  ])('%s: %s', (tag, version) => expect(versionOfTag(tag)).toBe(version));
});
