import { describe, expect, it } from 'vitest';
import { etcdWayBack } from '../../src/gates/etcd-way-back.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, kubeadmConfigOf, onCluster, status } from '../steps/values.ts';

const step = bound(etcdWayBack, { minor: '3.5' }, onCluster);
const at = (kubernetes: string, ...versions: readonly string[]) => ({
  status: versions.map((version, index) => status(index, { version })),
  config: kubeadmConfigOf(kubernetes),
});
const look = 'look closer: nodeops etcd status';

describe('etcd-way-back', () => {
  it.each([
    ['from the minor after it', at('1.33.13', '3.6.5', '3.6.5', '3.6.5'), satisfied],
    ['on the way', at('1.33.13', '3.5.33', '3.6.5', '3.6.5'), satisfied],
    ['there already, under any Kubernetes', at('1.34.4', '3.5.33'), satisfied],
    [
      'a Kubernetes that brings the newer one',
      at('1.34.4', '3.6.5'),
      blocked(
        'paris is on Kubernetes 1.34.4, whose kubeadm brings etcd 3.6',
        'take Kubernetes back first: nodeops rollback last',
      ),
    ],
    ['two minors', at('1.33.13', '3.7.0'), blocked('etcd is 3.7.0, and goes back one minor at a time', look)],
    ['older than that', at('1.33.13', '3.4.30', '3.5.33'), blocked('etcd is 3.4.30: 3.5 is no way back', look)],
    ['nobody answers', at('1.33.13'), blocked('no etcd member tells its version', look)],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
