import { describe, expect, it } from 'vitest';
import { defragment } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { defragmentEtcd } from '../../src/steps/defragment-etcd.ts';
import { fullEtcd, wellEtcd } from './etcd-steps.ts';
import { bound, onControlPlane, status } from './values.ts';

const { members } = wellEtcd;
const step = bound(defragmentEtcd, {}, onControlPlane('paris-cp2'));
const inNeedOnly = bound(defragmentEtcd, { onlyWithoutSpace: true }, onControlPlane('paris-cp2'));
const MiB = 1024 * 1024;
const sized = (size: number, inUse: number, alarms = fullEtcd.alarms.slice(1)) => ({
  members,
  alarms,
  status: [status(0), status(1, { dbSizeBytes: size * MiB, dbInUseBytes: inUse * MiB }), status(2)],
});

describe('defragment-etcd', () => {
  it.each([
    ['much is free inside', sized(100, 40), needed('give back 60 MiB of 100 MiB')],
    ['less than a tenth is', sized(100, 91), satisfied],
    ['a tenth is, of a small one', sized(4, 3.5), satisfied],
    ['no space: every page counts', sized(100, 99, fullEtcd.alarms), needed('give back 1.0 MiB of 100 MiB')],
    ['no space, and nothing is free inside', sized(100, 100, fullEtcd.alarms), satisfied],
    ['no member on this control plane', { ...sized(100, 40), members: members.slice(0, 1) }, satisfied],
    [
      'its member tells nothing',
      { ...sized(100, 40), status: [status(0), status(2)] },
      pending('etcd on paris-cp2 to tell its status', 'look closer: nodeops etcd status'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('can be meant for an etcd without space only', () => {
    expect(inNeedOnly.check(sized(100, 40))).toEqual(satisfied);
    expect(inNeedOnly.check(sized(100, 40, fullEtcd.alarms)).kind).toBe('needed');
  });

  it('is done on that node, as a command that outlives the connection', () => {
    expect(step.typed(sized(100, 40))).toEqual([`paris-cp2: ${quote(defragment.argv)}`]);
    expect(defragment).toMatchObject({ effect: 'write', lifetime: 'detached' });
  });

  it('is not held to the very number that a saved plan foresaw', () => {
    expect(step.incidental('give back 60 MiB of 100 MiB')).toBe(true);
    expect(step.incidental('something else')).toBe(false);
  });
});
