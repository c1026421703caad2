import { describe, expect, it } from 'vitest';
import { wayBack } from '../../src/gates/way-back.ts';
import { blocked, judged, satisfied } from '../../src/model/verdict.ts';
import { bound, kubeadmConfigOf, onCluster, status } from '../steps/values.ts';

const to = (version: string) => bound(wayBack, { version }, onCluster);
const etcd = [status(0, { version: '3.6.8' })];

describe('way-back', () => {
  it.each([
    ['a minor down', '1.35.4', '1.36.3', satisfied],
    ['a patch down', '1.36.1', '1.36.3', satisfied],
    ['there already', '1.36.3', '1.36.3', satisfied],
    [
      'up',
      '1.36.3',
      '1.35.4',
      blocked('paris is on 1.35.4: 1.36.3 is no way back', 'a way up is an upgrade: nodeops upgrade --to 1.36.3'),
    ],
    [
      'two minors',
      '1.34.4',
      '1.36.3',
      blocked(
        '1.34.4 is 2 minors below 1.36.3, and kubeadm goes one at a time: all control planes have to take part, and one of them to have kept what it was in between',
        'leave out --limit and --only; or go back to what they kept, which `ls /var/lib/nodeops-restore` on a control plane shows: nodeops rollback --to VERSION',
      ),
    ],
    [
      'etcd came with what is left',
      '1.33.13',
      '1.34.4',
      judged(
        [],
        [
          {
            because: 'etcd stays on 3.6.8: it came with 1.34, and 1.33.13 works with it',
            fix: 'to take it back too, afterwards: nodeops etcd downgrade --cluster paris',
          },
        ],
      ),
    ],
  ])('%s', (_what, version, current, verdict) =>
    expect(to(version).check({ config: kubeadmConfigOf(current), etcd })).toEqual(verdict),
  );
});
