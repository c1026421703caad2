import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { storeBackup } from '../../src/steps/store-backup.ts';
import { bound, onCluster } from './values.ts';

const places = ['/backup', 's3://attic/k8s'];
const step = bound(storeBackup, { run: 'r1', backupPlaces: places }, onCluster);
const record = { id: 'r1', ageMs: 0, places, tidied: true, verified: false, failedHooks: [] };

describe('store-backup', () => {
  it.each([
    ['another run’s backup is not this one', [{ ...record, id: 'r0' }], needed('store in /backup, s3://attic/k8s')],
    ['one of two places', [{ ...record, places: ['/backup'] }], needed('store in /backup, s3://attic/k8s')],
    ['older ones were not looked through', [{ ...record, tidied: false }], needed('look through older backups')],
    ['all of it', [record], satisfied],
  ])('%s', (_what, records, verdict) => expect(step.check({ records })).toEqual(verdict));

  it('does not begin where nobody said where to', () => {
    const nowhere = bound(storeBackup, { run: 'r1', backupPlaces: [] }, onCluster);
    expect(nowhere.check({ records: [] })).toEqual(
      blocked('it is not said where backups go', 'write `backup: { to: … }` into the inventory, or give --to'),
    );
  });

  it('stores first, and removes older ones only then', () => {
    expect(step.typed({ records: [] })).toEqual([
      'this machine: store the backup r1 in /backup, s3://attic/k8s',
      'this machine: remove from /backup, s3://attic/k8s what nothing says to keep',
    ]);
    expect(step.typed({ records: [{ ...record, tidied: false }] })).toEqual([
      'this machine: remove from /backup, s3://attic/k8s what nothing says to keep',
    ]);
  });
});
