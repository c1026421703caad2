import { describe, expect, it } from 'vitest';
import { disarmAlarms } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import { blocked, needed, pending, satisfied } from '../../src/model/verdict.ts';
import { disarmEtcd } from '../../src/steps/disarm-etcd.ts';
import { fullEtcd, wellEtcd } from './etcd-steps.ts';
import { api, bound, onCluster, status } from './values.ts';

const step = bound(disarmEtcd, {}, onCluster);
const quota = { bytes: 2_147_483_648 };
const full = { dbSizeBytes: 2_147_483_648 };

describe('disarm-etcd', () => {
  it.each([
    ['no alarm', { ...wellEtcd, quota }, satisfied],
    ['room again', { ...fullEtcd, quota }, needed('disarm NOSPACE of paris-cp2')],
    [
      'an alarm of a member that is no more',
      { ...fullEtcd, quota, alarms: [{ memberId: '77', alarm: 'NOSPACE' }] },
      needed('disarm NOSPACE of 77'),
    ],
    [
      'still full: a compaction before it may make room, which no plan can foresee',
      { ...fullEtcd, quota, status: [status(0), status(1, full), status(2)] },
      pending(
        'the database of etcd member paris-cp2 to take less than its whole quota (it takes 2048 MiB; the alarm would come back)',
        'delete what fills it (events, large Secrets), or raise --quota-backend-bytes in its manifest; then the same command again',
      ),
    ],
    [
      'data that differs, beside it',
      { ...fullEtcd, quota, alarms: [...fullEtcd.alarms, { memberId: '1002', alarm: 'CORRUPT' }] },
      blocked(
        'etcd member paris-cp3 has the alarm CORRUPT, which no disarming mends',
        'replace the member (etcd.io, "Data corruption"); etcd takes all alarms back at once, so that NOSPACE waits for it',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('is said on the control plane that was asked', () => {
    expect(step.typed({ ...fullEtcd, quota })).toEqual([`${api.node}: ${quote(disarmAlarms.argv)}`]);
  });
});
