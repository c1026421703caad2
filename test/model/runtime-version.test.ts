import { describe, expect, it } from 'vitest';
import { fitsWish, isOlderWish, runtimeVersionOf, runtimeWishForm } from '../../src/model/runtime-version.ts';

describe('versions of containerd', () => {
  it.each([
    ['1.6.20~ds1-1+deb12u1', '1.6.20'],
    ['2.1.5-1~debian.12~bookworm', '2.1.5'],
    ['1.7.28-0ubuntu1~24.04.1', '1.7.28'],
    ['1:2.1.5-1', '2.1.5'],
    ['v2.1.5', '2.1.5'],
    ['2.2.0~rc.1-1', undefined],
    ['2.2.0-beta.0', undefined],
    ['2.2', undefined],
    ['1.2.3.4', undefined],
    ['', undefined],
  ])('%s is %s', (text, version) => expect(runtimeVersionOf(text)).toBe(version));

  it.each([
    ['2.1.5', '2.1.5', true],
    ['2.1.5', '2.1', true],
    ['2.1.5', '2', true],
    ['2.1.50', '2.1.5', false],
    ['2.10.1', '2.1', false],
    ['20.1.0', '2', false],
  ])('%s fits %s: %s', (version, wish, fits) => expect(fitsWish(version, wish)).toBe(fits));

  it.each([
    ['1.7', '2.1.5', true],
    ['2', '2.1.5', false],
    ['2.1.4', '2.1.5', true],
    ['2.2', '2.1.5', false],
    ['3', '2.1.5', false],
  ])('%s is older than %s: %s', (wish, version, older) => expect(isOlderWish(wish, version)).toBe(older));

  it.each([
    ['2', true],
    ['2.1', true],
    ['2.1.5', true],
    ['v2', false],
    ['2.', false],
    ['0.9', false],
    ['2.1.5-1', false],
  ])('%s is a wish: %s', (text, is) => expect(runtimeWishForm.test(text)).toBe(is));
});
