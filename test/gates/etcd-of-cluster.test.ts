import { describe, expect, it } from 'vitest';
import { etcdOfCluster } from '../../src/gates/etcd-of-cluster.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, member, noStaticPods, old, onControlPlane, staticPodsOf } from '../steps/values.ts';

const step = bound(etcdOfCluster, { etcdHosts: ['e1', 'e2'] }, onControlPlane());
const own = staticPodsOf(old);
const { etcd: _etcd, ...others } = own;
const pods = {
  ...others,
  components: Object.fromEntries(Object.entries(own.components).filter(([name]) => name !== 'etcd')),
  etcdServers: 'https://172.31.0.11:2379,https://172.31.0.12:2379',
};
const members = [member(0, { name: 'e1' }), member(1, { name: 'e2' })];
const compare =
  'compare `nodeops etcd members` with the nodes of `role: etcd` in the inventory: such a node is called as its member is (--name, ETCD_NAME)';

describe('etcd-of-cluster', () => {
  it.each([
    ['the members that the API server uses', { pods, members }, satisfied],
    [
      'the same, written otherwise',
      { pods: { ...pods, etcdServers: 'HTTPS://172.31.0.12:2379/' }, members },
      satisfied,
    ],
    [
      'another etcd than the API server’s',
      { pods: { ...pods, etcdServers: 'https://10.9.9.9:2379,https://172.31.0.12:2379' }, members },
      blocked(
        'the API server of paris-cp1 uses etcd at https://10.9.9.9:2379, and no member of the etcd on the hosts of the inventory says that it is there',
        "compare --etcd-servers in /etc/kubernetes/manifests/kube-apiserver.yaml of paris-cp1 with `nodeops etcd members`; where these are other names for the same members: --waive etcd-of-cluster='why'",
      ),
    ],
    [
      'an etcd beside the API server, too',
      { pods: own, members },
      blocked(
        'paris-cp1 runs an etcd of its own (/etc/kubernetes/manifests/etcd.yaml), and the inventory has hosts for etcd: e1, e2',
        'where the API servers use that of the control planes, take the nodes with `role: etcd` out of the inventory; where they use the hosts, take the left-over etcd.yaml away',
      ),
    ],
    [
      'no manifest that would say',
      { pods: noStaticPods, members },
      blocked(
        'paris-cp1 has no manifest of kube-apiserver that says which etcd it uses (--etcd-servers)',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on paris-cp1',
      ),
    ],
    [
      'a member too many, and a host without one',
      { pods, members: [member(0, { name: 'e1' }), member(1, { name: 'infra2' })] },
      blocked(
        'the inventory and etcd differ: members that the inventory does not name: infra2; hosts without a member of their name: e2',
        compare,
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('can be waived: one address may have several names', () => expect(etcdOfCluster.waivable).toBe(true));
});
