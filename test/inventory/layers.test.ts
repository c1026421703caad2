import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { head, oneNode, read, yaml } from './read.ts';

const cluster = (text: string): Cluster | undefined => read(head + text).clusters[0];

it('what is not said gets its default', () => {
  expect(cluster(oneNode)).toEqual({
    name: 'cluster',
    labels: {},
    protected: false,
    operators: [],
    maxUnavailable: { count: 1 },
    drain: { timeoutMs: 600_000, deleteEmptyDirData: false },
    aptLockTimeoutMs: 300_000,
    addons: [],
    compatibility: [],
    creation: {
      podSubnet: '10.244.0.0/16',
      serviceSubnet: '10.96.0.0/12',
      packages: 'https://pkgs.k8s.io/core:/stable:',
    },
    probes: [],
    webhooks: [],
    hooks: [],
    directory: '/repo',
    backup: {
      to: [],
      ssh: {
        host: '',
        port: 22,
        user: 'me',
        identityFiles: [],
        agent: true,
        knownHostsFiles: ['/home/me/.ssh/known_hosts'],
      },
      s3: { pathStyle: false },
      recipients: [],
      keep: {},
      application: [],
    },
    nodes: [
      {
        name: 'cp1',
        role: 'control-plane',
        ssh: {
          host: '10.0.0.1',
          port: 22,
          user: 'me',
          identityFiles: [],
          agent: true,
          knownHostsFiles: ['/home/me/.ssh/known_hosts'],
        },
        become: { method: 'sudo' },
        kubeadm: { ignorePreflightErrors: [] },
      },
    ],
    source: 'inv.yaml:1',
  });
});

it('everything that can be said arrives in the model', () => {
  const text = yaml`
    name: paris
    labels: { environment: prod }
    version: v1.36.3
    protected: true
    operators: [ana, ben@bastion]
    workers: { maxUnavailable: "25%" }
    drain: { timeout: 1h30m, deleteEmptyDirData: true }
    cni: { manifest: cni.yaml, health: [{ namespace: kube-system, resource: daemonset/cilium }], timeout: 90s }
    addons: [{ name: ingress, command: [helm, upgrade], check: [helm, test] }]
    nodes: [{ name: cp1, host: h, role: control-plane }]`;
  expect(cluster(text)).toMatchObject({
    name: 'paris',
    labels: { environment: 'prod' },
    version: '1.36.3',
    protected: true,
    operators: ['ana', 'ben@bastion'],
    maxUnavailable: { percent: 25 },
    drain: { timeoutMs: 5_400_000, deleteEmptyDirData: true },
    cni: {
      name: 'cni',
      work: { kind: 'manifest', file: '/repo/cni.yaml', text: 'kind: DaemonSet\n' },
      health: [{ namespace: 'kube-system', resource: 'daemonset/cilium' }],
      timeoutMs: 90_000,
    },
    addons: [
      {
        name: 'ingress',
        work: { kind: 'command', argv: ['helm', 'upgrade'], check: ['helm', 'test'] },
        health: [],
        timeoutMs: 600_000,
      },
    ],
  });
});

it('the node wins over the cluster and the cluster over the defaults, key by key', () => {
  const text = yaml`
    defaults:
      ssh: { user: ops, port: 2222, password: { prompt: true }, identityFile: a, agent: false }
      become: { method: sudo, password: { env: SUDO } }
      kubeadm: { ignorePreflightErrors: [Swap], config: /etc/c.yaml }
      drain: { timeout: 5m, deleteEmptyDirData: true }
      workers: { maxUnavailable: 2 }
    clusters:
      - name: paris
        ssh: { user: paris }
        drain: { timeout: 6m }
        nodes:
          - { name: cp1, host: h1, role: control-plane }
          - name: cp2
            host: h2
            role: control-plane
            ssh: { port: 22, identityFile: [b, c] }
            become: none
            kubeadm: { ignorePreflightErrors: [Mem] }`;
  const paris = cluster(text);
  expect(paris).toMatchObject({
    maxUnavailable: { count: 2 },
    drain: { timeoutMs: 360_000, deleteEmptyDirData: true },
    source: 'inv.yaml:10',
    nodes: [
      {
        ssh: { user: 'paris', port: 2222, password: { prompt: true }, identityFiles: ['/repo/a'], agent: false },
        become: { method: 'sudo', password: { env: 'SUDO' } },
        kubeadm: { ignorePreflightErrors: ['Swap'], config: '/etc/c.yaml' },
      },
      {
        ssh: { user: 'paris', port: 22, password: { prompt: true }, identityFiles: ['/repo/b', '/repo/c'] },
        become: { method: 'none' },
        kubeadm: { ignorePreflightErrors: ['Mem'], config: '/etc/c.yaml' },
      },
    ],
  });
});

it('root needs no sudo, unless it is said', () => {
  expect(cluster(`ssh: { user: root }\n${oneNode}`)?.nodes[0]?.become).toEqual({ method: 'none' });
  expect(cluster(`ssh: { user: root }\nbecome: sudo\n${oneNode}`)?.nodes[0]?.become).toEqual({ method: 'sudo' });
});

const jumpOf = (text: string) => cluster(text)?.nodes[0]?.ssh.jump;

describe('a jump host', () => {
  it('takes user, keys and known hosts from around it, but no port and no password', () => {
    const around =
      'ssh: { user: ops, port: 2222, identityFile: a, passphrase: { env: P }, password: { env: W }, knownHostsFile: k, jump: j }';
    expect(jumpOf(`${around}\n${oneNode}`)).toEqual({
      host: 'j',
      port: 22,
      user: 'ops',
      identityFiles: ['/repo/a'],
      agent: true,
      passphrase: { env: 'P' },
      knownHostsFiles: ['/repo/k'],
    });
  });

  it('with a key of its own has no passphrase of another', () => {
    const text = `ssh: { identityFile: a, passphrase: { env: P }, jump: { host: j, identityFile: b } }\n${oneNode}`;
    expect(jumpOf(text)).not.toHaveProperty('passphrase');
  });

  it('keeps its user when a node logs in as someone else', () => {
    const text = yaml`
      defaults: { ssh: { user: ops, jump: j } }
      nodes: [{ name: cp1, host: h, role: control-plane, ssh: { user: root } }]`;
    expect(cluster(text)?.nodes[0]?.ssh).toMatchObject({ user: 'root', jump: { user: 'ops' } });
  });

  it('may be reached through another', () => {
    const text = `ssh: { user: ops, jump: { host: b, user: u, jump: "a:2222" } }\n${oneNode}`;
    expect(jumpOf(text)).toMatchObject({ host: 'b', user: 'u', jump: { host: 'a', port: 2222, user: 'u' } });
  });

  it('is switched off with none', () => {
    const text = yaml`
      defaults: { ssh: { jump: h } }
      nodes: [{ name: cp1, host: h, role: control-plane, ssh: { jump: none } }]`;
    expect(cluster(text)?.nodes[0]?.ssh).not.toHaveProperty('jump');
  });
});

it('a window has its line, and days on which it stays closed', () => {
  const window = '{ cron: "0 1 * * SAT", duration: 4h, timezone: Europe/Paris, blackouts: [2026-12-26] }';
  expect(read(`${head}name: a\nwindow: ${window}\n${oneNode}`).clusters[0]?.window).toEqual({
    cron: '0 1 * * SAT',
    durationMs: 14_400_000,
    timezone: 'Europe/Paris',
    blackouts: ['2026-12-26'],
    source: 'inv.yaml:4',
  });
});
