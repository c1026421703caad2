import { describe, expect, it } from 'vitest';
import { compact } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { compactEtcd } from '../../src/steps/compact-etcd.ts';
import { fullEtcd, wellEtcd } from './etcd-steps.ts';
import { api, bound, onCluster, status } from './values.ts';

const step = bound(compactEtcd, {}, onCluster);
const kept = { kept: true };

describe('compact-etcd', () => {
  it.each([
    ['no alarm: API servers do it', { ...wellEtcd, history: kept }, satisfied],
    ['no space, and history that takes it', { ...fullEtcd, history: kept }, needed('compact to the newest revision')],
    ['no space, and no history left', { ...fullEtcd, history: { kept: false } }, satisfied],
    [
      'other alarms are no matter of space',
      { ...fullEtcd, alarms: [{ memberId: '1000', alarm: 'CORRUPT' }], history: kept },
      satisfied,
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('goes to the newest revision that a member told, on the control plane that was asked', () => {
    const seen = { ...fullEtcd, history: kept, status: [status(0, { revision: 41 }), status(1, { revision: 42 })] };
    expect(step.typed(seen)).toEqual([`${api.node}: ${quote(compact(42).argv)}`]);
  });
});
