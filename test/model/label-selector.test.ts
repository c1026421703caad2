import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from '../../src/model/label-selector.ts';

describe('a label selector as kubectl takes it', () => {
  it.each([
    ['app=db', [{ key: 'app', operator: 'In', values: ['db'] }]],
    ['app == db', [{ key: 'app', operator: 'In', values: ['db'] }]],
    ['app=', [{ key: 'app', operator: 'In', values: [''] }]],
    ['app!=db', [{ key: 'app', operator: 'NotIn', values: ['db'] }]],
    ['app', [{ key: 'app', operator: 'Exists', values: [] }]],
    ['!app', [{ key: 'app', operator: 'DoesNotExist', values: [] }]],
    ['app.kubernetes.io/name=db', [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['db'] }]],
    [
      'tier in (a, b),!temporary',
      [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'temporary', operator: 'DoesNotExist', values: [] },
      ],
    ],
    ['tier notin (a)', [{ key: 'tier', operator: 'NotIn', values: ['a'] }]],
  ])('%s', (text, expected) => expect(parseLabelSelector(text)).toEqual(expected));

  it.each(['', ',', 'app=db,', 'app=a b', 'tier in a', 'tier in (a', '=db', 'a>1', 'a b', '-a', `${'a'.repeat(64)}=b`])(
    '%j is none',
    (text) => expect(parseLabelSelector(text)).toBeUndefined(),
  );
});
