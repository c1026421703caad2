import { describe, expect, it } from 'vitest';
import { parseLabelSelector, selects } from '../../src/model/label-selector.ts';

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

/** Compared with `kubectl get pods -l` by kubectl's own documentation of NotIn: what lacks the label is not in it either. */
describe('labels that a selector meets', () => {
  const labels = { environment: 'prod', region: 'eu-west' };
  it.each([
    ['environment=prod', true],
    ['environment=prod,region=eu-north', false],
    ['region in (eu-west,eu-north)', true],
    ['region notin (eu-west)', false],
    ['tier notin (a)', true],
    ['tier!=a', true],
    ['tier', false],
    ['!tier', true],
    ['!region', false],
    // Not the label of anybody, whatever objects have by themselves.
    ['constructor', false],
  ])('%s: %s', (text, met) => expect(selects(parseLabelSelector(text) ?? [], labels)).toBe(met));
});
