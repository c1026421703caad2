import { describe, expect, it } from 'vitest';
import { concernsPackage } from '../../src/gates/pins.ts';

const pin = { pin: 'release *', priority: -1, file: '/etc/apt/preferences', line: 1 };

describe('a pin', () => {
  it.each([
    ['containerd', 'containerd', true],
    ['containerd', 'containerd.io', false],
    ['containerd*', 'containerd.io', true],
    ['containerd?io', 'containerd.io', true],
    ['containerd.io', 'containerd-io', false],
    ['*', 'runc', true],
    ['/containerd/', 'containerd', false],
  ])('of %s concerns %s: %s', (pattern, name, concerned) =>
    expect(concernsPackage({ ...pin, package: pattern }, name)).toBe(concerned),
  );
});
