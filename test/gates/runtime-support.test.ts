import { describe, expect, it } from 'vitest';
import { listedInstead } from '../../src/gates/runtime-support.ts';

describe('the versions of containerd that Kubernetes lists', () => {
  it.each([
    ['1.6.20~ds1', '1.35.4', '1.7.28+, 2.1.5+, 2.2.0+'],
    ['1.7.28', '1.35.4', undefined],
    ['1.7.28', '1.36.3', '2.2.0+, 2.3.0+'],
    ['2.1.5', '1.35.4', undefined],
    ['2.4.0', '1.36.3', undefined],
    ['1.6.20', '1.34.4', undefined],
    ['of no version', '1.36.3', undefined],
  ])('%s on %s: %s', (containerd, kubernetes, listed) => expect(listedInstead(containerd, kubernetes)).toBe(listed));
});
