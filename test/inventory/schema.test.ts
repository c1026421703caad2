import { describe, expect, it } from 'vitest';
import { head, oneNode, refusal } from './read.ts';

const ports = 'a port from 1 to 65535';
const share = 'a number of workers, or a share such as "25%"';
const durations = 'a duration such as 90s, 10m or 1h30m';
const versions = 'a Kubernetes version such as 1.36.3';
const names = 'a name of lower-case letters, digits, - and . (RFC 1123)';
const jumps = 'a jump host: host, user@host:port, none, or a map with host';
const becomes = 'sudo, none, or { method: sudo, password: … }';
const secrets = '{ env: NAME } or { prompt: true }';

/** One line of a single cluster (line 3 of the file), and the whole message. */
const lines = [
  ['version: 1.36', `3:10: version: expected ${versions}, found "1.36"\n    write the patch as well, e.g. 1.36.3`],
  ['version: v1.36', `3:10: version: expected ${versions}, found "v1.36"\n    write the patch as well, e.g. 1.36.3`],
  ['version: latest', `3:10: version: expected ${versions}, found "latest"`],
  ['version: "=1.36.3"', `3:10: version: expected ${versions}, found "=1.36.3"\n    did you mean 1.36.3?`],
  ['version: 2.0.0', `3:10: version: expected ${versions}, found "2.0.0"`],
  ['version: 1', `3:10: version: expected ${versions}, found 1\n    write all three numbers, e.g. 1.36.3`],
  ['version:', `3:9: version: expected ${versions}, found nothing`],
  ['name: Paris_1', `3:7: name: expected ${names}, found "Paris_1"\n    write paris-1`],
  ['name: 12', `3:7: name: expected ${names}, found 12\n    put it in quotes: "12"`],
  ['protected: yes', '3:12: protected: expected true or false, found "yes"'],
  ['operators: ana', '3:12: operators: expected a list of operators, e.g. [ana, ben@bastion], found "ana"'],
  ['operators: [a b]', '3:13: operators[0]: expected a login name, or login@host, found "a b"'],
  ['operators: [ana@]', '3:13: operators[0]: expected a login name, or login@host, found "ana@"'],
  ['verison: 1.36.3', '3:1: verison: unknown key\n    did you mean "version"?'],
  [
    'colour: red',
    '3:1: colour: unknown key\n    valid here: apiVersion, kind, defaults, name, labels, version, protected, window, operators, ' +
      'ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks, probes, cni, addons, nodes',
  ],
  ['labels: { "a b": c }', '3:11: labels["a b"]: expected a label key as in Kubernetes, found "a b"'],
  ['labels: { a: "b c" }', '3:14: labels.a: expected a label value as in Kubernetes, found "b c"'],
  [
    'labels: { zone: 1 }',
    '3:17: labels.zone: expected a label value as in Kubernetes, found 1\n    put it in quotes: "1"',
  ],
  ['labels: [a]', '3:9: labels: expected a map of labels, found a list'],
  [
    'workers: { maxUnavailable: -1 }',
    `3:28: workers.maxUnavailable: expected ${share}, found -1\n    an upgrade needs to take at least one worker out`,
  ],
  [
    'workers: { maxUnavailable: "0%" }',
    `3:28: workers.maxUnavailable: expected ${share}, found "0%"\n    an upgrade needs to take at least one worker out`,
  ],
  [
    'workers: { maxUnavailable: "101%" }',
    `3:28: workers.maxUnavailable: expected ${share}, found "101%"\n    at most "100%"`,
  ],
  [
    'workers: { maxUnavailable: "25" }',
    `3:28: workers.maxUnavailable: expected ${share}, found "25"\n    write 25 without quotes for a number of workers, or "25%" for a share`,
  ],
  ['workers: { maxUnavailable: 1.5 }', `3:28: workers.maxUnavailable: expected ${share}, found "1.5"`],
  ['workers: { maxUnavailable: [1] }', `3:28: workers.maxUnavailable: expected ${share}, found a list`],
  ['workers: 2', '3:10: workers: expected a map with maxUnavailable, found 2'],
  ['maxEvictions: 0', '3:15: maxEvictions: expected a number of pods from 1, found 0'],
  ['maxApiDowntime: 30', `3:17: maxApiDowntime: expected ${durations}, found 30\n    add a unit, e.g. 30s`],
  ['hooks: [{ name: balancer }]', '3:9: hooks[0]: expected a map with name, and before, after, or both, found a map'],
  [
    'hooks: [{ name: A_b, before: x }]',
    '3:17: hooks[0].name: expected a name of lower-case letters, digits and -, found "A_b"',
  ],
  [
    'hooks: [{ name: a, of: cluster, on: node, before: x }]',
    '3:37: hooks[0].on: expected operator, control-plane, or the name of a node, found "node"\n    a hook of the cluster has no node of its own',
  ],
  [
    'hooks: [{ name: a, before: [] }]',
    '3:28: hooks[0].before: expected a list of words, or the text of a script for sh, found an empty list',
  ],
  [
    'hooks: [{ name: a, before: x, timeout: 30 }]',
    '3:40: hooks[0].timeout: expected a duration such as 90s, 10m or 1h30m, found 30\n    add a unit, e.g. 30s',
  ],
  ['webhooks: https://a', '3:11: webhooks: expected a list of webhooks, each with url, found "https://a"'],
  [
    'webhooks: [{ format: json }]',
    '3:12: webhooks[0].url: missing; expected an address such as https://ops.example.com/hooks, or { env: NAME }',
  ],
  [
    'webhooks: [{ url: "https://a:b@c/" }]',
    '3:19: webhooks[0].url: expected an address such as https://ops.example.com/hooks, or { env: NAME }, found "https://(hidden)@c/"\n    one that is a secret, or holds a login, is never written in an inventory: name its variable',
  ],
  ['webhooks: [{ url: https://a, format: xml }]', '3:38: webhooks[0].format: expected json or slack, found "xml"'],
  [
    'webhooks: [{ url: https://a, events: [begun] }]',
    '3:39: webhooks[0].events[0]: expected one of announced, started, slow, evictions, paused, continued, stopped, failed, finished, found "begun"',
  ],
  [
    'webhooks: [{ url: https://a, secret: abc }]',
    '3:38: webhooks[0].secret: expected { env: NAME }, found a value written out (not shown)\n    a secret is never written in an inventory',
  ],
  ['probes: http://a', '3:9: probes: expected a list of probes, each with name and url, found "http://a"'],
  [
    'probes: [{ name: shop, url: 10.96.0.20 }]',
    '3:29: probes[0].url: expected an address such as http://10.96.0.20/healthz or tcp://10.96.0.20:5432, found "10.96.0.20"',
  ],
  [
    'probes: [{ name: db, url: "tcp://10.96.0.20" }]',
    '3:27: probes[0].url: expected an address such as http://10.96.0.20/healthz or tcp://10.96.0.20:5432, found "tcp://10.96.0.20"\n    name the port: tcp://10.96.0.20:5432',
  ],
  [
    'probes: [{ name: db, url: "http://a:b@c/" }]',
    '3:27: probes[0].url: expected an address such as http://10.96.0.20/healthz or tcp://10.96.0.20:5432, found "http://(hidden)@c/"\n    a login is never written in an inventory, and none is needed',
  ],
  [
    'probes: [{ name: db, url: "http://a", from: here }]',
    '3:45: probes[0].from: expected cluster (through a node) or operator (this machine), found "here"',
  ],
  ['drain: { timeout: 600 }', `3:19: drain.timeout: expected ${durations}, found 600\n    add a unit, e.g. 600s`],
  ['drain: { timeout: 10 minutes }', `3:19: drain.timeout: expected ${durations}, found "10 minutes"`],
  ['drain: { timeout: 0s }', `3:19: drain.timeout: expected ${durations}, found "0s"`],
  [
    'drain: { deleteEmptyDir: true }',
    '3:10: drain.deleteEmptyDir: unknown key\n    did you mean "deleteEmptyDirData"?',
  ],
  [
    'window: { cron: "0 25 * * *", duration: 4h, timezone: UTC }',
    '3:17: window.cron: expected five fields of crontab(5), e.g. "0 1 * * SAT", found "0 25 * * *"',
  ],
  [
    'window: { cron: "0 1 * * SAT", duration: 4h, timezone: Europe/Pars }',
    '3:56: window.timezone: expected a time zone such as Europe/Paris or UTC, found "Europe/Pars"\n    did you mean "Europe/Paris"?',
  ],
  [
    'window: { cron: "0 0 30 2 *", duration: 4h, timezone: UTC }',
    '3:17: window.cron: expected five fields of crontab(5), e.g. "0 1 * * SAT", found "0 0 30 2 *"\n    no such day ever comes',
  ],
  [
    'window: { cron: "0 1 * * SAT", duration: 4h, timezone: UTC, blackouts: [2026-12-24, 2027-01-03/2026-12-20] }',
    '3:85: window.blackouts[1]: expected a day such as 2026-12-24, or two with / between them, found "2027-01-03/2026-12-20"\n    the earlier day comes first: 2026-12-20/2027-01-03',
  ],
  [
    'window: { cron: "0 1 * * SAT", duration: 4h, timezone: UTC, blackouts: 2026-12-24 }',
    '3:72: window.blackouts: expected a list of days, e.g. [2026-12-24, 2026-12-27/2027-01-03], found "2026-12-24"',
  ],
  ['window: { cron: "0 1 * * SAT", timezone: UTC }', `3:9: window.duration: missing; expected ${durations}`],
  ['ssh: { usr: ops }', '3:8: ssh.usr: unknown key\n    did you mean "user"?'],
  ['ssh: { user: "a b" }', '3:14: ssh.user: expected a login name, found "a b"'],
  ['ssh: { port: 70000 }', `3:14: ssh.port: expected ${ports}, found 70000`],
  ['ssh: { port: 0 }', `3:14: ssh.port: expected ${ports}, found 0`],
  ['ssh: { port: "22" }', `3:14: ssh.port: expected ${ports}, found "22"`],
  [
    'ssh: { identityFile: [] }',
    '3:22: ssh.identityFile: expected the path of a private key, or a list of paths, found an empty list',
  ],
  ['ssh: { identityFile: [a, ""] }', '3:26: ssh.identityFile[1]: expected a path, found ""'],
  ['ssh: { agent: no }', '3:15: ssh.agent: expected true or false, found "no"'],
  [
    'ssh: { password: hunter2 }',
    `3:18: ssh.password: expected ${secrets}, found a value written out (not shown)\n` +
      '    a secret is never written in an inventory; write password: { env: SSH_PASSWORD }',
  ],
  [
    'ssh: { passphrase: 1234 }',
    `3:20: ssh.passphrase: expected ${secrets}, found a value written out (not shown)\n` +
      '    a secret is never written in an inventory; write passphrase: { env: SSH_PASSPHRASE }',
  ],
  [
    'become: { method: sudo, password: hunter2 }',
    `3:35: become.password: expected ${secrets}, found a value written out (not shown)\n` +
      '    a secret is never written in an inventory; write password: { env: SUDO_PASSWORD }',
  ],
  ['ssh: { password: { evn: A } }', '3:20: ssh.password.evn: unknown key\n    did you mean "env"?'],
  [
    'ssh: { password: { prompt: false } }',
    '3:28: ssh.password.prompt: expected true, found a value written out (not shown)',
  ],
  [
    'ssh: { password: { env: a-b } }',
    '3:25: ssh.password.env: expected the name of an environment variable, found a value written out (not shown)',
  ],
  [
    'ssh: { jump: "a,b" }',
    `3:14: ssh.jump: expected ${jumps}, found "a,b"\n    for several jumps write a map with host, and in it jump`,
  ],
  ['ssh: { jump: a:b }', `3:14: ssh.jump: expected ${jumps}, found "a:b"`],
  ['ssh: { jump: 5 }', `3:14: ssh.jump: expected ${jumps}, found 5`],
  ['ssh: { jump: { user: a } }', '3:14: ssh.jump.host: missing; expected a host name or an IP address'],
  ['ssh: { jump: { hots: a } }', '3:16: ssh.jump.hots: unknown key\n    did you mean "host"?'],
  ['ssh:', '3:5: ssh: expected a map of ssh settings, found nothing'],
  ['become: su', `3:9: become: expected ${becomes}, found "su"`],
  ['become: true', `3:9: become: expected ${becomes}, found true`],
  ['become: { method: su }', '3:19: become.method: expected sudo, found "su"'],
  [
    'kubeadm: { ignorePreflightErrors: Swap }',
    '3:35: kubeadm.ignorePreflightErrors: expected a list of check names, e.g. [Swap], found "Swap"',
  ],
  ['kubeadm: { patches: patches }', '3:21: kubeadm.patches: expected an absolute path on the node, found "patches"'],
  ['kubeadm: { config: ~/c.yaml }', '3:20: kubeadm.config: expected an absolute path on the node, found "~/c.yaml"'],
  ['addons: { name: a }', '3:9: addons: expected a list of add-ons, found a map'],
  [
    'addons: [{ name: a, command: helm, check: [b] }]',
    '3:30: addons[0].command: expected a list of words, as in command: [helm, version], found "helm"',
  ],
  [
    'cni: { manifest: cni.yaml, health: [{ namespace: a, resource: pod/x }] }',
    '3:63: cni.health[0].resource: expected deployment/NAME, daemonset/NAME or statefulset/NAME, found "pod/x"',
  ],
  ['cni: { manifest: cni.yaml, timeout: soon }', `3:37: cni.timeout: expected ${durations}, found "soon"`],
  [
    'defaults: { addons: [] }',
    '3:13: defaults.addons: unknown key\n    valid here: version, protected, window, operators, ssh, become, kubeadm, kubelet, drain, apt, workers, backup, compatibility, maxApiDowntime, maxEvictions, create, webhooks, hooks',
  ],
] as const;

const hosts = 'a host name or an IP address';

/** One node, on line 5 from column 5, beside a control plane. */
const nodes = [
  ['{ name: w1, hots: a, role: worker }', '5:17: nodes[1].hots: unknown key\n    did you mean "host"?'],
  ['{ name: w1, role: worker }', `5:5: nodes[1].host: missing; expected ${hosts}`],
  ['{ name: w1, host: , role: worker }', `5:23: nodes[1].host: expected ${hosts}, found nothing`],
  ['{ name: w1, host: 10.0.0.300, role: worker }', `5:23: nodes[1].host: expected ${hosts}, found "10.0.0.300"`],
  [
    '{ name: w1, host: a@b, role: worker }',
    `5:23: nodes[1].host: expected ${hosts}, found "a@b"\n    write the user as \`ssh: { user: … }\``,
  ],
  [
    '{ name: w1, host: "b:22", role: worker }',
    `5:23: nodes[1].host: expected ${hosts}, found "b:22"\n    write the port as \`ssh: { port: … }\``,
  ],
  [
    '{ name: w1, host: "[::1]", role: worker }',
    `5:23: nodes[1].host: expected ${hosts}, found "[::1]"\n    write an IPv6 address without brackets, and its port as \`ssh: { port: … }\``,
  ],
  [
    '{ name: w1, host: "ssh://b", role: worker }',
    `5:23: nodes[1].host: expected ${hosts}, found "ssh://b"\n    write the host alone, without a scheme`,
  ],
  ['{ name: W1, host: b, role: worker }', `5:13: nodes[1].name: expected ${names}, found "W1"\n    write w1`],
  ['{ name: a..b, host: b, role: worker }', `5:13: nodes[1].name: expected ${names}, found "a..b"`],
  [
    '{ name: w1, host: b, role: control_plane }',
    '5:32: nodes[1].role: expected control-plane, worker or etcd, found "control_plane"\n    did you mean "control-plane"?',
  ],
  [
    '{ name: w1, host: b, role: master }',
    '5:32: nodes[1].role: expected control-plane, worker or etcd, found "master"\n    did you mean "control-plane"?',
  ],
  [
    '{ name: w1, host: b, role: constructor }',
    '5:32: nodes[1].role: expected control-plane, worker or etcd, found "constructor"\n    valid here: control-plane, worker, etcd',
  ],
  ['{ name: w1, host: b, role: 1 }', '5:32: nodes[1].role: expected control-plane, worker or etcd, found 1'],
  ['{ name: w1, host: b }', '5:5: nodes[1].role: missing; expected control-plane, worker or etcd'],
  ['w1', '5:5: nodes[1]: expected a map with name, host and role, found "w1"'],
] as const;

/** Whole files. */
const files = [
  ['no apiVersion', 'kind: Inventory\n' + oneNode, '1:1: apiVersion: missing; expected nodeops/v1'],
  [
    'another kind',
    'apiVersion: nodeops/v1\nkind: Playbook\n' + oneNode,
    '2:7: kind: expected Inventory, found "Playbook"',
  ],
  ['no nodes', head, '1:1: nodes: missing; expected a list with at least one node'],
  [
    'an empty list of nodes',
    `${head}nodes: []\n`,
    '3:8: nodes: expected a list with at least one node, found an empty list',
  ],
  [
    'an empty list of clusters',
    `${head}clusters: []\n`,
    '3:11: clusters: expected a list with at least one cluster, found an empty list',
  ],
  [
    'a cluster without a map',
    `${head}clusters: [a]\n`,
    '3:12: clusters[0]: expected a map with name and nodes, found "a"',
  ],
  [
    'both forms at once',
    `${head}clusters: [{ name: a, ${oneNode.trim()} }]\n${oneNode}`,
    '4:1: nodes: unknown key\n    valid here: apiVersion, kind, defaults, environments, regions, limits, waves, clusters',
  ],
  [
    'a cluster of the list without a name',
    `${head}clusters: [{ ${oneNode.trim()} }]\n`,
    `3:12: clusters[0].name: missing; expected ${names}`,
  ],
] as const;

describe('a value or a key that is not valid', () => {
  it.each(lines)('%s', (line, message) => expect(refusal(`${head}${line}\n${oneNode}`)).toBe(`inv.yaml:${message}`));
});

describe('a node that is not valid', () => {
  const controlPlane = 'nodes:\n  - { name: cp1, host: 10.0.0.1, role: control-plane }\n';
  it.each(nodes)('%s', (node, message) =>
    expect(refusal(`${head}${controlPlane}  - ${node}\n`)).toBe(`inv.yaml:${message}`),
  );
});

describe('a file that is not an inventory', () => {
  it.each(files)('%s', (_what, text, message) => expect(refusal(text)).toBe(`inv.yaml:${message}`));
});

it('names every problem of a file at once, in its order', () => {
  const text = `${head}version: 1.36\ncolour: x\nnodes:\n  - { name: W, host: h, role: worker }\n`;
  expect(refusal(text).match(/^inv\.yaml:\d+:\d+: \S+/gm)).toEqual([
    'inv.yaml:3:10: version:',
    'inv.yaml:4:1: colour:',
    'inv.yaml:5:1: nodes:',
    'inv.yaml:6:13: nodes[0].name:',
  ]);
});
