import { describe, expect, it } from 'vitest';
import type { NewHost } from '../../src/facts/new-host.ts';
import { freeHost } from '../../src/gates/free-host.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { newHostSeen, ofWorker } from '../steps/new-host-values.ts';
import { bound, onControlPlane, onWorker } from '../steps/values.ts';

const wish = { version: '1.36.3', podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12' };
const v2 = { version: 2, hybrid: false } as const;
const told = (host: Partial<NewHost>, given: object = {}, on = onControlPlane(), cgroup: object | undefined = v2) => {
  const verdict = bound(freeHost, { ...wish, ...given }, on).check({ host: newHostSeen(host), cgroup });
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : [];
};

describe('free-host', () => {
  it('leaves control groups of v1 to the gate that asks the configuration of the cluster, where the host joins one', () => {
    const v1 = { version: 1, hybrid: true };
    expect(told({}, { joins: true }, onWorker(), v1)).toEqual([]);
    expect(told({}, {}, onWorker(), v1)).toEqual([expect.stringContaining('cgroup v1, on which a kubelet 1.36')]);
  });

  it('passes a bare host', () =>
    expect(bound(freeHost, wish, onControlPlane()).check({ host: newHostSeen(), cgroup: v2 })).toEqual(satisfied));

  it.each<[string, Partial<NewHost>, object, string]>([
    [
      'a node of some cluster',
      { remains: ofWorker, marks: { oslo: ['host', 'joined'] } },
      {},
      'paris-cp1 is or was a node of a cluster: /etc/kubernetes/kubelet.conf',
    ],
    [
      'ports that are taken',
      { ports: [22, 2379, 6443] },
      {},
      'paris-cp1: something listens on 6443, 2379, which a control-plane needs',
    ],
    ['one CPU', { cpus: 1 }, {}, 'paris-cp1 is to be a control plane, and has 1 CPU: kubeadm asks for 2'],
    [
      'little memory',
      { memoryKiB: 1_000_000 },
      {},
      'paris-cp1 is to be a control plane, and has 976 MB of memory: kubeadm asks for 1700 MB',
    ],
    [
      'pods where the host has a route to',
      { routes: ['10.244.7.0/24', '192.168.0.0/16'] },
      {},
      'paris-cp1: 10.244.0.0/16, the cluster’s podSubnet, overlaps 10.244.7.0/24, which the host has a route to',
    ],
    [
      'Services within a network of the host',
      { routes: ['10.0.0.0/8'] },
      { podSubnet: '192.168.0.0/16' },
      'paris-cp1: 10.96.0.0/12, the cluster’s serviceSubnet, overlaps 10.0.0.0/8, which the host has a route to',
    ],
    [
      'an address that is another host’s',
      {},
      { nodeAddress: '10.9.0.99' },
      'paris-cp1 does not have the address 10.9.0.99: it has 172.31.0.11',
    ],
    [
      'containerd without CRI',
      { criOff: true },
      {},
      'paris-cp1: containerd runs without the part that a kubelet asks (disabled_plugins has cri)',
    ],
    [
      'two that manage control groups',
      { driver: 'cgroupfs' },
      {},
      'paris-cp1: containerd manages control groups by itself, where systemd does (cgroup v2)',
    ],
  ])('blocks %s', (_what, host, given, because) => expect(told(host, given)).toEqual([because]));

  it('asks for a route', () => {
    const { address: _address, ...nowhere } = newHostSeen();
    expect(bound(freeHost, wish, onWorker()).check({ host: nowhere, cgroup: v2 })).toMatchObject({ kind: 'blocked' });
  });

  it('tells everything at once', () => expect(told({ cpus: 1, ports: [6443] })).toHaveLength(2));

  it('lets what was begun for this cluster go on', () => {
    const begun = { marks: { paris: ['host'] as const }, remains: ofWorker, ports: [10_250, 6443] };
    expect(told(begun)).toEqual([]);
    expect(told({ ...begun, routes: ['10.244.1.0/24'] })).toEqual([]);
    expect(told({ ...begun, marks: { paris: ['host', 'joined'] }, routes: ['10.244.1.0/24'] })).toEqual([]);
  });

  it('lets a containerd be that was installed for this cluster, and is configured next', () => {
    const cut = { driver: 'cgroupfs', marks: { paris: ['host', 'runtime'] } } as const;
    expect(told(cut)).toEqual([]);
    expect(told({ ...cut, marks: { rome: ['host', 'runtime'] } })).toHaveLength(1);
  });

  it('asks less of a worker', () =>
    expect(told({ cpus: 1, memoryKiB: 900_000, ports: [6443] }, {}, onWorker())).toEqual([]));

  it('lets an operator put up with a small machine', () =>
    expect(told({ cpus: 1 }, {}, onControlPlane('paris-cp1', { ignorePreflightErrors: ['NumCPU'] }))).toEqual([]));

  it('knows which kubelets refuse control groups of version 1', () => {
    const v1 = { version: 1, hybrid: false };
    expect(told({}, {}, onWorker(), v1)).toEqual(['paris-w1: cgroup v1, on which a kubelet 1.36 does not start']);
    expect(told({}, { version: '1.34.4' }, onWorker(), v1)).toEqual([]);
    const kubeadmDocuments = 'kind: KubeletConfiguration\nfailCgroupV1: false\n';
    expect(told({}, { kubeadmDocuments }, onWorker(), v1)).toEqual([]);
  });
});
