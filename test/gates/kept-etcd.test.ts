import { describe, expect, it } from 'vitest';
import { keptEtcd } from '../../src/gates/kept-etcd.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { keptEtcdOf } from '../steps/etcd-steps.ts';
import { bound, noStaticPods, old, onControlPlane, staticPodsOf } from '../steps/values.ts';

const step = bound(keptEtcd, { minor: '3.5' }, onControlPlane());
const pods = staticPodsOf(old);
const kept = keptEtcdOf('r2', '3.5.33-0');
const asItIs =
  'etcd can stay as it is; or make the two alike in /var/lib/nodeops-restore/r2_1.34.4/files/etc/kubernetes/manifests/etcd.yaml';

describe('kept-etcd', () => {
  it.each([
    ['kept, and about the same data', { pods, kept: [kept] }, satisfied],
    [
      'of another minor only',
      { pods, kept: [keptEtcdOf('r3', '3.6.5-0')] },
      blocked(
        'paris-cp1 kept no etcd.yaml of 3.5: no upgrade by nodeops took its etcd from there',
        'etcd can stay as it is: it serves older API servers. By hand: etcd.io, "Downgrade etcd from v3.6 to v3.5"',
      ),
    ],
    [
      'other data since, after a restore',
      { pods, kept: [{ ...kept, dataDir: '/var/lib/etcd-old' }] },
      blocked(
        'paris-cp1: /var/lib/nodeops-restore/r2_1.34.4 kept an etcd with --data-dir=/var/lib/etcd-old, and the one that runs has /var/lib/etcd',
        asItIs,
      ),
    ],
    [
      'another address since',
      { pods, kept: [{ ...kept, clientUrl: 'https://10.9.9.9:2379' }] },
      blocked(
        'paris-cp1: /var/lib/nodeops-restore/r2_1.34.4 kept an etcd with --advertise-client-urls=https://10.9.9.9:2379, and the one that runs has https://172.31.0.11:2379',
        asItIs,
      ),
    ],
    [
      'back already',
      {
        pods: { ...pods, components: { etcd: { image: 'registry.k8s.io/etcd:3.5.33-0', version: '3.5.33-0' } } },
        kept: [],
      },
      satisfied,
    ],
    ['no etcd on this node', { pods: noStaticPods, kept: [] }, satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
