import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../src/commands/etcd-snapshot.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { saveEtcd } from '../../src/steps/save-etcd.ts';
import { api, bound, onCluster } from './values.ts';

const step = bound(saveEtcd, { run: 'r1' }, onCluster);
const file = { path: '/state/etcd.db', bytes: 20_480, sha256: 'ab' };
const todo = needed('save, verify, copy to the operator');
const etcd = { memberId: '1000', version: '3.6.6', dbSizeBytes: 1, quorum: true, learner: false, errors: [] };

describe('save-etcd', () => {
  it.each([
    ['none yet', { etcd }, todo],
    ['without quorum: now or never', { etcd: { ...etcd, quorum: false } }, todo],
    ['both files are with the operator', { etcd, snapshot: file, status: file }, satisfied],
    ['what etcdutl said of it was lost on the way', { etcd, snapshot: file }, todo],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('takes it where etcd answered, copies both files off and leaves none there', () => {
    const kept = '/var/lib/nodeops/r1/etcd-snapshot';
    expect(step.typed({ etcd })).toEqual([
      `${api.node}: ${quote(takeSnapshot(kept).argv)}`,
      `${api.node}: copy ${kept}.db to the operator as paris/r1/etcd-snapshot.db`,
      `${api.node}: copy ${kept}.json to the operator as paris/r1/etcd-snapshot.json`,
      `${api.node}: rm -f ${kept}.db ${kept}.json`,
    ]);
  });
});
