import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchAt, patched, pathText, sameSetting, settingAt, settingsIn } from '../../src/model/kubelet-settings.ts';

describe('patched', () => {
  // The examples of RFC 7386, appendix A, as far as both sides are maps.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{ a: 'foo' }, { a: { b: 1 } }, { a: { b: 1 } }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j', (target, patch, result) => expect(patched(target, patch)).toEqual(result));

  it('twice is the same as once, and what was given stays as it is', () => {
    const settings = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.oneof(fc.integer(), fc.constant(null)));
    fc.assert(
      fc.property(settings, settings, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = patched(target, patch);
        expect(patched(once, patch)).toEqual(once);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });
});

describe('settings', () => {
  const patch = {
    maxPods: 150,
    evictionHard: { 'memory.available': '200Mi' },
    memorySwap: {},
    clusterDNS: ['10.0.0.10'],
  };

  it('are found where a patch has them', () => {
    expect(settingsIn(patch).map(({ path, value }) => [pathText(path), value])).toEqual([
      ['maxPods', 150],
      [String.raw`evictionHard.memory\.available`, '200Mi'],
      ['memorySwap', {}],
      ['clusterDNS', ['10.0.0.10']],
    ]);
    for (const { path, value } of settingsIn(patch)) expect(settingAt(patch, path)).toEqual(value);
    expect(settingAt(patch, ['constructor'])).toBeUndefined();
    expect(settingsIn({})).toEqual([]);
  });

  it('what is undefined is taken away', () => {
    expect(patchAt(['a', 'b'], undefined)).toEqual({ a: { b: null } });
    expect(patchAt(['a', 'b'], 0)).toEqual({ a: { b: 0 } });
  });

  it.each([
    ['60s', '1m0s', true],
    ['1h30m', '5400s', true],
    ['60s', '61s', false],
    [undefined, '0s', true],
    [null, {}, true],
    [undefined, { cacheTTL: '0s' }, true],
    [undefined, false, false],
    [undefined, 0, false],
    [false, 'false', false],
    [['a', 'b'], ['b', 'a'], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['100Mi', '104857600', false],
  ])('%j and %j mean the same: %j', (one, other, same) => {
    expect(sameSetting(one, other)).toBe(same);
    expect(sameSetting(other, one)).toBe(same);
  });
});
