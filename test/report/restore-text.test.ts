import { describe, expect, it } from 'vitest';
import { restoreOutlookText, restoreResultText, type RestoreOutlook } from '../../src/report/restore-text.ts';

const outlook: RestoreOutlook = {
  cluster: 'paris',
  backup: '2026-11-21-235810-875f',
  restore: '1-2026-11-21-235810-875f',
  state: 'new',
  takenAt: '2026-11-21T23:58:14.000Z',
  ageMs: 3_720_000,
  revision: 2530,
  restored: false,
  members: ['cp1', 'cp2'],
};
const says = (change: Partial<RestoreOutlook>): string => restoreOutlookText({ ...outlook, ...change });

describe('what is told before a restore', () => {
  it('what it is, and where', () =>
    expect(says({})).toBe(`paris: restore of 2026-11-21-235810-875f, taken 2026-11-21T23:58:14.000Z (1h 02m ago)
    etcd on cp1, cp2, from one snapshot; the API is away meanwhile, pods go on
    no etcd answers: what was written since cannot be told, and is lost
`));

  it.each<[string, Partial<RestoreOutlook>, string]>([
    [
      'changes are counted',
      { now: { revision: 2540, quorum: false } },
      'LOST: 10 changes since 2026-11-21T23:58:14.000Z',
    ],
    [
      'not across a restore',
      { now: { revision: 1_000_002_600, quorum: false } },
      'what was written since 2026-11-21T23:58:14.000Z is LOST',
    ],
    [
      'nor where etcd began anew',
      { now: { revision: 33, quorum: true } },
      'etcd is at revision 33, the backup at 2530: what was written',
    ],
    [
      'nor is such an etcd called well',
      { now: { revision: 33, quorum: true } },
      'it is behind its own backup: its data were lost or put back',
    ],
    [
      'etcd that serves',
      { now: { revision: 2540, quorum: true } },
      'restore only where what it holds is worse than the backup',
    ],
    ['what is begun', { state: 'unfinished' }, 'paris: going on with the restore of '],
    [
      'what is in its place',
      { restored: true, now: { revision: 1_000_002_600, quorum: true } },
      'etcd runs on the restored data already',
    ],
  ])('%s', (_what, change, words) => expect(says(change)).toContain(words));

  it('never that something is lost which is not', () =>
    expect(says({ restored: true, now: { revision: 1_000_002_600, quorum: true } })).not.toMatch(/lost/i));
});

describe('what is told after it', () => {
  it('with what was found, and where everything of before is', () =>
    expect(
      restoreResultText({
        cluster: 'paris',
        backup: outlook.backup,
        restore: outlook.restore,
        revision: 1_000_002_600,
        objects: 355,
        rescued: ['/state/etcd-before-cp1.db'],
        oldData: '/var/lib/etcd-nodeops-restores/1/old',
      }),
    ).toBe(`paris: restored 2026-11-21-235810-875f: etcd at revision 1000002600, 355 objects
    what etcd held before: /state/etcd-before-cp1.db
    its files of before, on each control plane: /var/lib/etcd-nodeops-restores/1/old; remove them once nobody misses anything
`));
});
