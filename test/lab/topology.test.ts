import { describe, expect, it } from 'vitest';
import { checkClusterName, needsLoadBalancer, parseEtcdHosts, parseTopology } from '../../docker/topology.ts';
import { UsageError } from '../../docker/usage-error.ts';

describe('a topology', () => {
  it.each([
    ['1+0', { controlPlanes: 1, workers: 0 }],
    ['1+2', { controlPlanes: 1, workers: 2 }],
    ['3+1', { controlPlanes: 3, workers: 1 }],
    ['7+50', { controlPlanes: 7, workers: 50 }],
  ])('%s is read', (text, topology) => expect(parseTopology(text)).toEqual(topology));

  it.each(['', '3', '+', '1+', '+2', '1-2', '1 + 2', '1+2+3', '0+1', '8+1', '1+51', 'a+b', '1.5+1', '-1+2'])(
    "'%s' is refused with an example",
    (text) => expect(() => parseTopology(text)).toThrow(UsageError),
  );

  it('has a load balancer from two control planes on', () => {
    const topologies = ['1+2', '2+0', '3+1'].map(parseTopology);
    expect(topologies.map(needsLoadBalancer)).toEqual([false, true, true]);
  });
});

describe('etcd on hosts of its own', () => {
  it.each([
    ['0', {}],
    ['1', { etcdHosts: 1 }],
    ['7', { etcdHosts: 7 }],
  ])('%s is read', (text, topology) => expect(parseEtcdHosts(text)).toEqual(topology));

  it.each(['', '8', '-1', '1.5', 'three', '10'])("'%s' is refused with an example", (text) =>
    expect(() => parseEtcdHosts(text)).toThrow(UsageError),
  );
});

describe('a cluster name', () => {
  it.each(['paris', 'a', 'oslo-2'])('%s is taken', (name) => expect(checkClusterName(name)).toBe(name));

  it.each(['', 'Paris', '2oslo', 'oslo-', '../etc', 'a'.repeat(31), 'mirror', 'network', 'image'])(
    "'%s' is refused",
    (name) => expect(() => checkClusterName(name)).toThrow(UsageError),
  );
});
