import { describe, expect, it } from 'vitest';
import { compareVersions, minorOf, minorsBetween, parseVersion, upstreamOf } from '../../src/model/version.ts';

describe('versions', () => {
  it.each([
    ['v1.36.3', '1.36.3'],
    ['1.36.3', '1.36.3'],
    [' v1.36.3\n', undefined],
    ['1.36.0-rc.0', '1.36.0-rc.0'],
    ['v1.36.3+k3s1', undefined],
    ['=1.36.3', undefined],
    ['vv1.36.3', undefined],
    ['V1.36.3', undefined],
    ['1.36.3 1.36.4', undefined],
    ['1.36.3-', undefined],
    ['1.36', undefined],
    ['v1', undefined],
    ['latest', undefined],
    ['1.36.3-1.1', '1.36.3-1.1'],
    ['01.36.3', undefined],
    ['', undefined],
  ])('%j is %j', (text, version) => expect(parseVersion(text)).toBe(version));

  it.each([
    ['1.36.3', '1.36'],
    ['1.9.11', '1.9'],
    ['1.36.0-rc.0', '1.36'],
  ])('%s is of %s', (version, minor) => expect(minorOf(version)).toBe(minor));

  it.each([
    ['1.35.4', '1.36.3', -1],
    ['1.36.3', '1.36.3', 0],
    ['1.36.10', '1.36.9', 1],
    ['1.36.0-rc.0', '1.36.0', -1],
  ])('%s and %s: %i', (a, b, order) => expect(Math.sign(compareVersions(a, b))).toBe(order));

  it.each([
    ['1.35.4', '1.36.0', 1],
    ['1.9.0', '1.10.0', 1],
    ['1.36.3', '1.33.1', -3],
    ['1.36.0', '1.36.3', 0],
  ])('from %s to %s: %i minors', (from, to, minors) => expect(minorsBetween(from, to)).toBe(minors));

  it.each([
    ['1.36.3-1.1', '1.36.3'],
    ['1.36.3-00', '1.36.3'],
    ['1.36.0~rc.0-1.1', undefined],
    ['2:1.36.3-1', undefined],
    ['', undefined],
  ])('deb %j packages %j', (deb, version) => expect(upstreamOf(deb)).toBe(version));
});
