import { describe, expect, it } from 'vitest';
import { quote } from '../../src/commands/quote.ts';
import { takeSnapshot } from '../../src/commands/etcd-snapshot.ts';
import { snapshotEtcd } from '../../src/steps/snapshot-etcd.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { bound, noStaticPods, old, onControlPlane, staticPodsOf, target } from './values.ts';

const step = bound(snapshotEtcd, { version: target, run: 'r1' }, onControlPlane());
const pods = staticPodsOf(old);
const { apiServer: _apiServer, ...others } = pods;
const withoutApiServer = {
  ...others,
  components: Object.fromEntries(Object.entries(pods.components).filter(([name]) => name !== 'kube-apiserver')),
};
const { etcd: _etcd, ...alone } = pods;
const withoutEtcd = {
  ...alone,
  components: Object.fromEntries(Object.entries(pods.components).filter(([name]) => name !== 'etcd')),
};
const file = { path: '/state/etcd.db', bytes: 20_480, sha256: 'ab' };
const todo = needed('save, verify, copy to the operator');

describe('snapshot-etcd', () => {
  it.each([
    ['none yet', { pods }, todo],
    ['both files are with the operator', { pods, snapshot: file, status: file }, satisfied],
    ['the snapshot, but not what etcd says of it', { pods, snapshot: file }, todo],
    ['what etcd says of it, but no snapshot', { pods, status: file }, todo],
    ['one was taken, whatever runs here now', { pods: noStaticPods, snapshot: file, status: file }, satisfied],
    ['etcd alone: the API server’s manifest was taken away', { pods: withoutApiServer }, todo],
    [
      'the API server alone: the manifest of the etcd beside it was taken away',
      { pods: withoutEtcd },
      blocked(
        'paris-cp1 has no manifest of etcd in /etc/kubernetes/manifests',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on paris-cp1',
      ),
    ],
    [
      'an etcd elsewhere',
      { pods: { ...withoutEtcd, etcdServers: 'https://10.0.0.9:2379' } },
      blocked(
        'paris-cp1 runs no etcd as a static pod, and the inventory has no host for etcd',
        'name the hosts of external etcd in the inventory (`role: etcd`); docs/etcd.md, "External etcd"',
      ),
    ],
    [
      'no etcd here',
      { pods: noStaticPods },
      blocked(
        'paris-cp1 runs no etcd as a static pod, and the inventory has no host for etcd',
        'name the hosts of external etcd in the inventory (`role: etcd`); docs/etcd.md, "External etcd"',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('looks for a snapshot of this run, before this version', () => {
    expect(Object.values(step.facts).map(({ key }) => key)).toEqual([
      'static-pods',
      'kept-artifact paris/r1/etcd-before-1.36.3.db',
      'kept-artifact paris/r1/etcd-before-1.36.3.json',
    ]);
  });

  it('saves, verifies, copies both files off and leaves none on the node', () => {
    const kept = '/var/lib/nodeops/r1/etcd-before-1.36.3';
    expect(step.typed({ pods })).toEqual([
      `paris-cp1: ${quote(takeSnapshot(kept).argv)}`,
      `paris-cp1: copy ${kept}.db to the operator as paris/r1/etcd-before-1.36.3.db`,
      `paris-cp1: copy ${kept}.json to the operator as paris/r1/etcd-before-1.36.3.json`,
      `paris-cp1: rm -f ${kept}.db ${kept}.json`,
    ]);
  });
});

describe('snapshot-etcd of external etcd', () => {
  const wish = { version: target, run: 'r1', etcdHosts: ['e1', 'e2'] };
  const external = bound(snapshotEtcd, wish, onControlPlane());
  const elsewhere = { ...withoutEtcd, etcdServers: 'https://10.0.0.9:2379' };

  it.each([
    ['none yet', { pods: elsewhere }, todo],
    ['both files are with the operator', { pods: elsewhere, snapshot: file, status: file }, satisfied],
    [
      'the control plane has an etcd as well: which one is used is not guessed',
      { pods },
      blocked(
        'paris-cp1 runs an etcd of its own, and the inventory has hosts for etcd: e1, e2',
        'see which one the API servers use (--etcd-servers), and correct the inventory or take the left-over etcd.yaml away',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(external.check(seen)).toEqual(verdict));

  it('looks for a host that can give one, and takes it there', () => {
    expect(external.facts['etcd']).toMatchObject({ key: 'etcd-to-save', through: 'etcd' });
    const actions = snapshotEtcd.bind(wish, onControlPlane()).apply({ pods: elsewhere }, { node: 'e2', apiServer: '' });
    expect(actions.map(({ on }) => on)).toEqual(['e2', 'e2', 'e2', 'e2']);
  });
});
