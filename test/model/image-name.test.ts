import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsPattern, readImage } from '../../src/model/image-name.ts';

describe('an image taken apart', () => {
  it.each([
    ['quay.io/calico/node:v3.30.1', 'quay.io/calico/node', 'v3.30.1'],
    ['calico/node:v3.30.1', 'docker.io/calico/node', 'v3.30.1'],
    ['traefik:v3.5', 'docker.io/library/traefik', 'v3.5'],
    ['m.example:5000/a/b', 'm.example:5000/a/b', undefined],
    ['m.example:5000/a/b:1.2', 'm.example:5000/a/b', '1.2'],
    ['localhost/a:1', 'localhost/a', '1'],
    ['quay.io/calico/node:v3.30.1@sha256:0123', 'quay.io/calico/node', 'v3.30.1'],
    ['quay.io/calico/node@sha256:0123', 'quay.io/calico/node', undefined],
  ])('%s', (image, name, tag) => expect(readImage(image)).toEqual({ name, ...(tag === undefined ? {} : { tag }) }));
});

describe('a pattern', () => {
  it.each([
    ['docker.io/calico/node', '*/calico/node', true],
    ['quay.io/calico/node-driver', '*/calico/node', false],
    ['quay.io/cilium/operator-generic', '*/cilium/operator*', true],
    ['a/b', 'a/b', true],
    ['a/bc', 'a/b', false],
    ['a.b', 'a*b', true],
    ['aXb', 'a.b', false],
    ['ab', 'ab*b', false],
    ['abcbd', 'a*b*d', true],
    ['ad', 'a*b*d', false],
    ['anything', '*', true],
  ])('%s fits %s: %s', (name, pattern, fits) => expect(fitsPattern(name, pattern)).toBe(fits));

  it('fits as the same expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 6 });
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 5 }), (name, pattern) => {
        expect(fitsPattern(name, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });
});
