import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { turnOffSwap } from '../../src/commands/new-host.ts';
import { forgetJoin, joiningTaints } from '../../src/commands/kubeadm-join.ts';
import { resetHost } from '../../src/commands/reset-host.ts';
import type { Command } from '../../src/model/command.ts';
import { Sandbox } from './sandbox.ts';

const ok = { code: 0, stderr: '' };

/** With what lies elsewhere than below the directories that the sandbox knows. */
const within = (sandbox: Sandbox, command: Command, ...paths: readonly string[]): Command => ({
  ...command,
  argv: command.argv.map((word) =>
    paths.reduce((text, path) => text.replaceAll(path, sandbox.path(path.slice(1).replaceAll('/', '-'))), word),
  ),
});

const fstab = `# /etc/fstab
UUID=1234 / ext4 errors=remount-ro 0 1
/dev/mapper/vg-swap none swap sw 0 0
UUID=5678\tnone\tswap\tsw\t0\t0
#/dev/sdb none swap sw 0 0
/swap/data /srv ext4 defaults 0 2
/swapfile swap swap defaults 0 0
`;

describe('turnOffSwap', () => {
  it('comments out what turns swap on, and nothing else, however often it runs', async () => {
    const sandbox = new Sandbox();
    for (const name of ['systemctl', 'swapoff']) sandbox.program(name);
    sandbox.write('etc-fstab', fstab);
    const command = within(sandbox, turnOffSwap, '/etc/fstab');
    expect(await sandbox.run(command)).toMatchObject(ok);
    const after = sandbox.read('etc-fstab');
    expect(after.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'UUID=1234 / ext4 errors=remount-ro 0 1',
      '/swap/data /srv ext4 defaults 0 2',
    ]);
    expect(after.match(/^# without swap for the kubelet: /gm)).toHaveLength(3);
    expect(await sandbox.run(command)).toMatchObject(ok);
    expect(sandbox.read('etc-fstab')).toBe(after);
    expect(sandbox.read('etc-fstab.before-nodeops')).toBe(fstab);
    expect(sandbox.calls).toContain('swapoff --all');
  });
});

const rules = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:CNI-abc - [0:0]
:DOCKER - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A PREROUTING -j DOCKER
-A POSTROUTING -s 10.244.1.5/32 -j CNI-abc
COMMIT
`;

const host = (saved: string): Sandbox => {
  const sandbox = new Sandbox();
  for (const name of ['kubeadm', 'ip', 'nft', 'rm']) sandbox.program(name);
  sandbox.write('rules', saved);
  sandbox.program('iptables-save', `cat '${sandbox.path('rules')}'`);
  sandbox.program('iptables-restore', `cat > '${sandbox.path('restored')}'`);
  sandbox.program('ip6tables-save', 'exit 1');
  return sandbox;
};

describe('resetHost', () => {
  it('takes out the rules of kube-proxy and of CNI plug-ins, and leaves the others', async () => {
    const sandbox = host(rules);
    expect(await sandbox.run(resetHost('paris'))).toMatchObject({ code: 0 });
    expect(sandbox.read('restored')).toBe(
      '*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -j DOCKER\nCOMMIT\n',
    );
    expect(sandbox.calls).toContain('kubeadm reset --force --skip-phases=remove-etcd-member');
    expect(sandbox.calls.at(-1), 'whose it was is forgotten last').toMatch(/^rm -rf .*nodeops-host\/paris$/);
  });

  it('touches no rules where none is theirs', async () => {
    const sandbox = host('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n');
    expect(await sandbox.run(resetHost('paris'))).toMatchObject({ code: 0 });
    expect(sandbox.has('restored')).toBe(false);
  });

  it('keeps what it knows of the host where kubeadm fails', async () => {
    const sandbox = host(rules);
    sandbox.program('kubeadm', 'exit 1');
    expect(await sandbox.run(resetHost('paris'))).toMatchObject({ code: 1 });
    expect(sandbox.calls.filter((call) => call.startsWith('rm '))).toEqual([]);
  });
});

/** A control plane that has made files for two hosts. */
const control = (text: string): Sandbox => {
  const sandbox = new Sandbox();
  for (const name of ['kubeadm', 'kubectl']) sandbox.program(name);
  sandbox.write('join-w1.yaml', text);
  sandbox.write('join-w2.yaml', 'token: fedcba.0123456789abcdef\n');
  return sandbox;
};

const deleted = (secret: string): string =>
  `kubectl --request-timeout=15s --namespace=kube-system delete secret ${secret} --ignore-not-found`;

describe('forgetJoin', () => {
  const token = 'abcdef.0123456789abcdef';

  it('deletes the token of that host alone', async () => {
    const sandbox = control(`    token: ${token}\n`);
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w1'))).toMatchObject(ok);
    expect(sandbox.calls).toEqual([deleted('bootstrap-token-abcdef')]);
    expect([sandbox.has('join-w1.yaml'), sandbox.has('join-w2.yaml')]).toEqual([false, true]);
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w1'))).toMatchObject(ok);
  });

  it('deletes the token of a join that took longer than it lives, and what nobody ended', async () => {
    const sandbox = control(`    token: ${token}\n  certificateKey: 00\n`);
    for (const name of ['w1', 'w2']) utimesSync(sandbox.path(`join-${name}.yaml`), 0, 0);
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w1'))).toMatchObject(ok);
    expect(sandbox.calls).toEqual([
      deleted('kubeadm-certs'),
      'kubeadm token list',
      deleted('bootstrap-token-abcdef'),
      deleted('bootstrap-token-fedcba'),
    ]);
    expect([sandbox.has('join-w1.yaml'), sandbox.has('join-w2.yaml')]).toEqual([false, false]);
  });

  it('asks again where the API takes no writes for a while, and keeps the file where that goes on', async () => {
    const sandbox = control(`    token: ${token}\n`);
    sandbox.program('sleep');
    sandbox.program('kubectl', `[ "$(grep -c kubectl '${sandbox.path('calls')}')" -gt 2 ]`);
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w1'))).toMatchObject(ok);
    expect(sandbox.calls.filter((call) => call.startsWith('kubectl'))).toHaveLength(3);
    sandbox.program('kubectl', 'exit 1');
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w2'))).toMatchObject({ code: 1 });
    expect(sandbox.has('join-w2.yaml')).toBe(true);
  });

  it('takes the authorities’ keys away with that of a control plane', async () => {
    const sandbox = control(`    token: ${token}\n  certificateKey: 00\n`);
    expect(await sandbox.run(forgetJoin(sandbox.directory, 'w1'))).toMatchObject(ok);
    expect(sandbox.calls).toEqual([deleted('kubeadm-certs'), 'kubeadm token list', deleted('bootstrap-token-abcdef')]);
  });
});

describe('joiningTaints', () => {
  const gpu = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
  const own = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
  it.each([
    ['a worker', 'worker', { taints: undefined, schedulable: false }, undefined],
    ['a worker with one', 'worker', { taints: [gpu], schedulable: false }, [gpu]],
    ['a control plane', 'control-plane', { taints: undefined, schedulable: false }, undefined],
    ['one with a taint', 'control-plane', { taints: [gpu], schedulable: false }, [own, gpu]],
    ['one that runs pods', 'control-plane', { taints: undefined, schedulable: true }, []],
  ] as const)('%s', (_what, role, given, expected) => expect(joiningTaints(role, given)).toEqual(expected));
});
