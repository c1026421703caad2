import { describe, expect, it } from 'vitest';
import { backupAge } from '../../src/gates/backup-age.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onCluster } from '../steps/values.ts';

const hour = 3_600_000;
const record = (ageHours: number, verified: boolean) => ({
  id: `2026-11-2${verified ? 1 : 0}-020000-0001`,
  ageMs: ageHours * hour,
  places: ['/backup'],
  tidied: true,
  verified,
});
const warned = (because: string, fix: string) => judged([], [{ because, fix }]);

describe('backup-age', () => {
  const gate = bound(backupAge, { maxBackupAgeMs: 26 * hour }, onCluster);
  it.each([
    ['young and verified', [record(26, true)], satisfied],
    [
      'verified too long ago',
      [record(27, true)],
      warned(
        'the newest verified backup (2026-11-21-020000-0001) is 27h old, more than 26h',
        'nodeops backup, then nodeops backup verify',
      ),
    ],
    [
      'a younger one that nobody looked at',
      [record(1, false), record(240, true)],
      warned('the newest verified backup (2026-11-21-020000-0001) is 10d old, more than 26h', 'nodeops backup verify'),
    ],
    [
      'never verified',
      [record(1, false)],
      warned('no backup of the cluster was ever verified', 'nodeops backup verify'),
    ],
    [
      'none',
      [],
      warned('this machine knows of no backup of the cluster', 'nodeops backup, then nodeops backup verify'),
    ],
  ])('%s', (_what, records, verdict) => expect(gate.check({ records })).toEqual(verdict));

  it('is silent where the inventory has no backup', () =>
    expect(bound(backupAge, {}, onCluster).check({ records: [] })).toEqual(satisfied));
});
