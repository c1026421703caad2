import { describe, expect, it } from 'vitest';
import { head, oneNode, read, refusal, yaml } from './read.ts';

const cases = [
  [
    'two clusters of one name',
    yaml`
      clusters:
        - { name: a, nodes: [{ name: n, host: h1, role: control-plane }] }
        - { name: a, nodes: [{ name: n, host: h2, role: control-plane }] }`,
    '5:13: clusters[1].name: the cluster name "a" is already used on line 4',
  ],
  [
    'two nodes of one name',
    yaml`
      nodes:
        - { name: n, host: h1, role: control-plane }
        - { name: n, host: h2, role: worker }`,
    '5:13: nodes[1].name: the node name "n" is already used on line 4',
  ],
  [
    'one address twice, in another spelling',
    yaml`
      nodes:
        - { name: a, host: Host, role: control-plane }
        - { name: b, host: host, role: worker, ssh: { port: 22 } }`,
    '5:22: nodes[1].host: host:22 is already the address of cluster/a (line 4)',
  ],
  [
    'one address in two clusters',
    yaml`
      clusters:
        - { name: a, nodes: [{ name: n, host: h, role: control-plane }] }
        - { name: b, nodes: [{ name: n, host: h, role: control-plane }] }`,
    '5:41: clusters[1].nodes[0].host: h:22 is already the address of a/n (line 4)',
  ],
  [
    'no control plane',
    yaml`
      name: lab
      nodes:
        - { name: a, host: h, role: worker }`,
    '4:1: nodes: cluster "lab" has no control plane\n    give at least one node `role: control-plane`',
  ],
  [
    'etcd, and no control plane',
    yaml`
      name: lab
      nodes:
        - { name: a, host: h, role: worker }
        - { name: e, host: i, role: etcd }`,
    '4:1: nodes: cluster "lab" has no control plane\n    give at least one node `role: control-plane`',
  ],
  [
    'a node reached through itself',
    yaml`
      defaults: { ssh: { jump: ops@10.0.0.1 } }
      nodes:
        - { name: a, host: 10.0.0.1, role: control-plane }`,
    '5:22: nodes[0].host: 10.0.0.1:22 would be reached through itself as its jump host\n' +
      '    give this node `ssh: { jump: none }`',
  ],
  [
    'jump hosts in a circle',
    `ssh: { jump: { host: a, jump: { host: b, jump: a } } }\n${oneNode}`,
    '3:14: ssh.jump: the jump hosts form a circle: a:22 comes twice',
  ],
  [
    'an add-on without a way to apply it',
    `addons: [{ name: a }]\n${oneNode}`,
    '3:10: addons[0]: expected manifest, or command and check; found neither',
  ],
  [
    'an add-on with two ways to apply it',
    `cni: { manifest: cni.yaml, command: [a], check: [b] }\n${oneNode}`,
    '3:28: cni.command: an add-on has a manifest or a command, not both',
  ],
  [
    'a command without a check',
    `cni: { command: [a] }\n${oneNode}`,
    '3:8: cni.command: a command needs a check that succeeds when there is nothing to do\n' +
      '    add check: [word, word, …]',
  ],
  [
    'a check without a command',
    `cni: { manifest: cni.yaml, check: [b] }\n${oneNode}`,
    '3:28: cni.check: check belongs to a command; this add-on has a manifest\n' +
      '    a manifest is compared with the cluster by nodeops itself; remove check',
  ],
  [
    'two add-ons of one name',
    `addons: [{ name: a, manifest: cni.yaml }, { name: a, manifest: cni.yaml }]\n${oneNode}`,
    '3:51: addons[1].name: the add-on name "a" is already used on line 3',
  ],
  [
    'two probes of one name',
    `probes: [{ name: a, url: "http://a" }, { name: a, url: "http://b" }]\n${oneNode}`,
    '3:48: probes[1].name: the probe name "a" is already used on line 3',
  ],
  [
    'a manifest that does not exist',
    `cni: { manifest: manifests/x.yaml }\n${oneNode}`,
    '3:18: cni.manifest: the manifest /repo/manifests/x.yaml does not exist',
  ],
  [
    'a manifest that is a directory',
    `cni: { manifest: manifests.d }\n${oneNode}`,
    '3:18: cni.manifest: the manifest /repo/manifests.d is a directory',
  ],
  [
    'a manifest without content',
    `cni: { manifest: empty.yaml }\n${oneNode}`,
    '3:18: cni.manifest: the manifest /repo/empty.yaml is empty',
  ],
] as const;

describe('places that do not fit together', () => {
  it.each(cases)('%s', (_what, text, message) => expect(refusal(head + text)).toBe(`inv.yaml:${message}`));

  it('nobody to log in as', () => {
    expect(refusal(head + oneNode, { env: {} })).toBe(
      'inv.yaml:3:9: nodes[0]: no user to log in as: no layer sets ssh.user, and USER is not set in the environment\n' +
        '    write `ssh: { user: … }` under defaults',
    );
  });

  it('are found although a key elsewhere is wrong', () => {
    const text = yaml`
      nodes:
        - { name: n, host: h, role: worker, colour: red }
        - { name: n, host: h, role: worker }`;
    expect(refusal(head + text).match(/^inv\.yaml:\S+ \S+/gm)).toEqual([
      'inv.yaml:3:1: nodes:',
      'inv.yaml:4:39: nodes[0].colour:',
      'inv.yaml:5:13: nodes[1].name:',
      'inv.yaml:5:22: nodes[1].host:',
    ]);
  });
});

describe('places that only seem not to fit together', () => {
  it('one address behind two jump hosts is two machines', () => {
    const text = yaml`
      clusters:
        - { name: a, ssh: { jump: j1 }, nodes: [{ name: n, host: 10.0.0.1, role: control-plane }] }
        - { name: b, ssh: { jump: j2 }, nodes: [{ name: n, host: 10.0.0.1, role: control-plane }] }`;
    expect(read(head + text).clusters).toHaveLength(2);
  });

  it('one host with two ports is two machines', () => {
    const text = yaml`
      nodes:
        - { name: a, host: 127.0.0.1, role: control-plane, ssh: { port: 2201 } }
        - { name: b, host: 127.0.0.1, role: worker, ssh: { port: 2202 } }`;
    expect(read(head + text).clusters[0]?.nodes).toHaveLength(2);
  });

  it('a wrong role may have been the control plane', () => {
    const text = yaml`
      nodes:
        - { name: a, host: h, role: master }`;
    expect(refusal(head + text)).not.toContain('no control plane');
  });
});
