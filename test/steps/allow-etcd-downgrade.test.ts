import { describe, expect, it } from 'vitest';
import { quote } from '../../src/commands/quote.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { allowEtcdDowngrade } from '../../src/steps/allow-etcd-downgrade.ts';
import { api, bound, onControlPlane, status } from './values.ts';

const step = bound(allowEtcdDowngrade, { minor: '3.5' }, onControlPlane());
const of = (...changes: readonly Parameters<typeof status>[1][]) => ({
  status: changes.map((change, index) => status(index, change)),
});
const on36 = { version: '3.6.6', storageVersion: '3.6.0' };
const allowed = { ...on36, downgradesTo: '3.5.0' };
const ready = { ...allowed, storageVersion: '3.5.0' };
const on35 = { version: '3.5.33' };
const allow = needed('etcdctl downgrade enable 3.5');

describe('allow-etcd-downgrade', () => {
  it.each([
    ['nothing was said yet', of(on36, on36, on36), allow],
    // What a half-done way up looks like once the last member is on 3.6, and what `downgrade cancel` leaves for a moment.
    ['a storage that only happens to be older', of({ ...on36, storageVersion: '3.5.0' }), allow],
    ['allowed to another minor', of({ ...on36, downgradesTo: '3.4.0' }), allow],
    [
      'allowed, a member has not followed yet',
      of(ready, allowed, ready),
      pending('every member to have its storage as 3.5 has it', 'look closer: etcdctl endpoint status --cluster'),
    ],
    ['allowed, and ready for it', of(ready, ready, ready), satisfied],
    ['one is back already: the cluster is', of(on35, on36, on36), satisfied],
    ['all are back', of(on35, on35, on35), satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('asks the etcd of its node', () => {
    const [action] = step.apply(of(on36), api);
    if (action?.do !== 'exec') throw new Error('no command');
    expect(action.on).toBe(onControlPlane().node);
    expect(quote(action.command.argv)).toMatch(/ etcdctl downgrade enable 3\.5$/);
  });
});
