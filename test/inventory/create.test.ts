import { describe, expect, it } from 'vitest';
import { head, oneNode, read, refusal } from './read.ts';

const creation = (text: string) => read(`${head}create: ${text}\n${oneNode}`).clusters[0]?.creation;

describe('create', () => {
  it('what is not said is kubeadm’s', () =>
    expect(creation('{}')).toEqual({
      podSubnet: '10.244.0.0/16',
      serviceSubnet: '10.96.0.0/12',
      packages: 'https://pkgs.k8s.io/core:/stable:',
    }));

  it.each([
    ['{ endpoint: api.paris.example }', { endpoint: 'api.paris.example:6443' }],
    ['{ endpoint: "10.0.0.5:8443" }', { endpoint: '10.0.0.5:8443' }],
    ['{ endpoint: "[fd00::5]:6443" }', { endpoint: '[fd00::5]:6443' }],
    ['{ podSubnet: "10.9.0.0/16,fd00:9::/56" }', { podSubnet: '10.9.0.0/16,fd00:9::/56' }],
    ['{ packages: https://mirror.example/core:/stable:/ }', { packages: 'https://mirror.example/core:/stable:' }],
  ])('%s', (text, expected) => expect(creation(text)).toMatchObject(expected));

  it('a cluster goes before the defaults, key by key', () => {
    const text = `${head}defaults: { create: { podSubnet: 10.1.0.0/16, serviceSubnet: 10.2.0.0/16 } }
clusters: [{ name: paris, create: { podSubnet: 10.9.0.0/16 }, nodes: [{ name: a, host: a, role: control-plane }] }]`;
    expect(read(text).clusters[0]?.creation).toMatchObject({ podSubnet: '10.9.0.0/16', serviceSubnet: '10.2.0.0/16' });
  });

  it('a node has an address, labels and taints', () => {
    const text = `${head}nodes: [{ name: a, host: a, role: control-plane, address: 10.9.0.1, labels: { disk: ssd }, taints: ["a=b:NoSchedule", "c:NoExecute"] }]`;
    expect(read(text).clusters[0]?.nodes[0]).toMatchObject({
      address: '10.9.0.1',
      labels: { disk: 'ssd' },
      taints: [
        { key: 'a', value: 'b', effect: 'NoSchedule' },
        { key: 'c', effect: 'NoExecute' },
      ],
    });
  });

  it.each([
    [
      'create: { podSubnet: 10.244.0.0 }',
      'inv.yaml:3:22: create.podSubnet: expected a subnet such as 10.244.0.0/16, or one of each family with a comma, found "10.244.0.0"',
    ],
    [
      'create: { podSubnet: "10.1.0.0/16,10.2.0.0/16" }',
      'inv.yaml:3:22: create.podSubnet: expected a subnet such as 10.244.0.0/16, or one of each family with a comma, found "10.1.0.0/16,10.2.0.0/16"',
    ],
    [
      'create: { endpoint: "api:0" }',
      'inv.yaml:3:21: create.endpoint: expected a host and a port, e.g. api.paris.example:6443, found "api:0"',
    ],
    [
      'create: { packages: pkgs.k8s.io/core }',
      'inv.yaml:3:21: create.packages: expected the address of the package repositories, without the minor, e.g. https://pkgs.k8s.io/core:/stable:/, found "pkgs.k8s.io/core"',
    ],
  ])('%s', (line, message) => expect(refusal(`${head}${line}\n${oneNode}`)).toBe(message));
});
