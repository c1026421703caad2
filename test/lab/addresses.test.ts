import { describe, expect, it } from 'vitest';
import {
  controlPlaneEndpoint,
  freeSlot,
  kubernetesNodes,
  loadBalancerAddress,
  network,
  nodesOf,
  podSubnet,
} from '../../docker/addresses.ts';
import { UsageError } from '../../docker/usage-error.ts';

describe('the nodes of a cluster', () => {
  it('come control planes first, each at the address of its place', () =>
    expect(nodesOf('paris', 4, { controlPlanes: 2, workers: 1 })).toEqual([
      { name: 'paris-cp1', host: '172.31.4.11', role: 'control-plane' },
      { name: 'paris-cp2', host: '172.31.4.12', role: 'control-plane' },
      { name: 'paris-w1', host: '172.31.4.101', role: 'worker' },
    ]));

  it('has hosts of etcd last, which are no nodes of Kubernetes', () => {
    const hosts = nodesOf('paris', 4, { controlPlanes: 1, workers: 1, etcdHosts: 2 });
    expect(hosts.slice(2)).toEqual([
      { name: 'paris-e1', host: '172.31.4.51', role: 'etcd' },
      { name: 'paris-e2', host: '172.31.4.52', role: 'etcd' },
    ]);
    expect(kubernetesNodes(hosts).map(({ name }) => name)).toEqual(['paris-cp1', 'paris-w1']);
  });

  it('share no address with each other, the load balancer or the mirror, in any slot', () => {
    const largest = { controlPlanes: 7, workers: 50, etcdHosts: 7 };
    const slots = Array.from({ length: 126 }, (_, index) => index + 1);
    const addresses = slots.flatMap((slot) => [
      loadBalancerAddress(slot),
      ...nodesOf('x', slot, largest).map(({ host }) => host),
    ]);
    const all = [...addresses, network.gateway, network.packages, network.registry];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('a slot', () => {
  it.each([
    [[], 1],
    [[1, 2], 3],
    [[2, 3], 1],
  ])('is the lowest that is free: %j taken → %i', (taken, slot) => expect(freeSlot(taken)).toBe(slot));

  it('is refused when all are taken', () =>
    expect(() => freeSlot(Array.from({ length: 126 }, (_, index) => index + 1))).toThrow(UsageError));

  it('decides the pod subnet, clear of the service subnet 10.96.0.0/12', () =>
    expect([1, 126].map(podSubnet)).toEqual(['10.129.0.0/16', '10.254.0.0/16']));
});

describe('the controlPlaneEndpoint', () => {
  it('is the only control plane itself', () =>
    expect(controlPlaneEndpoint(2, { controlPlanes: 1, workers: 2 })).toBe('172.31.2.11:6443'));

  it('is the load balancer where there are several', () =>
    expect(controlPlaneEndpoint(2, { controlPlanes: 3, workers: 1 })).toBe('172.31.2.2:6443'));
});
