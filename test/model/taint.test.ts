import { describe, expect, it } from 'vitest';
import { parseTaint } from '../../src/model/taint.ts';

describe('taints', () => {
  it.each([
    ['dedicated=gpu:NoSchedule', { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
    ['spot:PreferNoSchedule', { key: 'spot', effect: 'PreferNoSchedule' }],
    ['example.com/a=b:NoExecute', { key: 'example.com/a', value: 'b', effect: 'NoExecute' }],
  ])('%s', (text, taint) => expect(parseTaint(text)).toEqual(taint));
  it('an empty value is none', () =>
    expect(parseTaint('spot=:NoExecute')).toEqual({ key: 'spot', effect: 'NoExecute' }));
  it.each(['spot', 'spot:Sometimes', ':NoSchedule', 'a=b=c:NoSchedule', ''])('not %j', (text) =>
    expect(parseTaint(text)).toBeUndefined(),
  );
});
